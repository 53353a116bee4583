// Clients of what a room does beside its lines: somebody whose lines are held, moderators who decide about them, polls, and people who vote.

import type { PollView } from "#schema/api/polls.ts";
import type { Act, ActAnswer, Speaking } from "#schema/wire/room.ts";
import { type ClientOptions, userIdOf, userOf } from "./clients.ts";

const SUSPICIOUS: Speaking = { followedAtMs: null, accountAtMs: 0, emailVerified: true, suspicious: true };

/** Says lines that the room holds, once a moderator has told it to. */
export async function saySuspicious({ edge, key, name, untilMs, pauseMs }: ClientOptions) {
  const { sim, checks, clock } = edge;
  for (let nth = 1; sim.nowMs < untilMs; nth++) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const nonce = `${name}-${nth}`;
    const message = { type: "room.say", user: userOf(name), nonce, body: nonce, speaking: SUSPICIOUS };
    if ((await edge.callOnce(key, message, nonce)) === "held")
      checks.room.held({ channelId: key, userId: userIdOf(name), nonce });
  }
}

/** Decides about lines that wait, as the list of the API has them; another moderator does the same. `holdMs`: tells the room first to hold lines
 *  for so long. */
export async function decideHeld(client: ClientOptions & { holdMs: number | null }) {
  const { edge, key, name, untilMs, answerByMs, pauseMs, holdMs } = client;
  const { sim, checks, clock, cluster } = edge;
  if (holdMs !== null) await act(client, 0, { act: "automod", change: { holdSuspicious: true, holdMs } });
  for (let nth = 1; sim.nowMs < untilMs; nth++) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const waiting = [...cluster.database.room(key).judging.held.values()];
    if (waiting.length === 0) continue;
    const [lineId, allow] = [sim.pick(waiting).id, sim.chance(0.5)];
    const answer = await act(client, nth, { act: "decide", lineId, allow }, ["already_decided"]);
    if (!answer) return sim.nowMs >= answerByMs ? sim.violation(`I7: ${name} was never answered`) : undefined;
    const seq = "value" in answer ? answer.value.seq : null;
    checks.room.decided({ channelId: key, lineId, allow, seq });
  }
}

/** Opens polls one after the other. Most end by their time, some by an act. */
export async function pollRoom(client: ClientOptions) {
  const { edge, key, untilMs, pauseMs } = client;
  const { sim, checks, clock } = edge;
  for (let nth = 1; sim.nowMs < untilMs; nth += 2) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const pollId = actId(client, nth);
    const durationMs = Math.round(sim.between(1_500, 6_000));
    const poll = {
      act: "poll-open" as const,
      pollId,
      question: "?",
      choices: ["a", "b", "c"],
      durationMs,
    } satisfies Act;
    const opened = await act(client, nth, poll, ["poll_open"]);
    if (opened && "value" in opened) checks.room.opened({ channelId: key, pollId });
    if (!sim.chance(0.3)) continue;
    await clock.sleep(sim.between(200, 2_000));
    await act(client, nth + 1, { act: "poll-end", pollId }, ["poll_over", "not_found"]);
  }
}

/** Votes once in each poll, again and again under one id until it is known. */
export async function vote({ edge, key, name, untilMs, answerByMs, pauseMs }: ClientOptions) {
  const { sim, checks, clock, cluster } = edge;
  const voted = new Set<string>();
  for (let nth = 1; sim.nowMs < untilMs; nth++) {
    await clock.sleep(sim.between(...pauseMs));
    if (sim.nowMs >= untilMs) return;
    const open = cluster.database.going.polls(key).find(({ id, endedAt }) => endedAt === null && !voted.has(id));
    if (!open) continue;
    voted.add(open.id);
    const [id, choice, userId] = [`${name}-${nth}`, Math.floor(sim.between(0, 3)), userIdOf(name)];
    const message = { type: "room.vote", id, userId, pollId: open.id, choice };
    const final = ["poll_over", "already_voted"];
    const answer = await edge.askUntil<PollView>(key, message, { id, untilMs: answerByMs, final });
    if (!answer) return sim.violation(`I7: vote ${id} was never answered`);
    if ("value" in answer) checks.room.voted({ pollId: open.id, userId, id, choice, view: answer.value });
    else if (answer.code === "already_voted") sim.violation(`${name} voted once in ${open.id} and had voted before`);
  }
}

type Moderator = Pick<ClientOptions, "edge" | "key" | "name" | "answerByMs">;

/** Null: neither done nor refused for good in time. */
function act({ edge, key, name, answerByMs }: Moderator, nth: number, done: Act, final: readonly string[] = []) {
  const by = { id: userIdOf(name), login: name, displayName: name };
  const id = actId({ name }, nth);
  const request = { type: "room.act", id, by, ...done };
  return edge.askUntil<ActAnswer>(key, request, { id, untilMs: answerByMs, final });
}

const actId = ({ name }: Pick<ClientOptions, "name">, nth: number) =>
  `e0000000-0000-7000-8${name.charCodeAt(1).toString().padStart(3, "0").slice(-3)}-${String(nth).padStart(12, "0")}`;
