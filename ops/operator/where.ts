// `where <channel>`: its row, its owner, and whether that owner answers now.

import { whereIs } from "#edge/operator/where.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { OwnerAnswer, WhereView } from "#schema/api/cluster.ts";
import type { Sql } from "#schema/database.ts";
import { channelByReference } from "#schema/queries/channels/channels.ts";
import { type OperatedSystem, withBus, withDatabase } from "./system.ts";
import { length, orDash, wake } from "./table.ts";
import { onlyWord, type Verb, WrongUse } from "./verb.ts";

export const where: Verb = {
  use: "where <login or id> [--json]      a channel's row and owner, and a real call to it; exit 1 when it should answer and does not",
  options: { json: "flag" },
  async run(words, { system, options, say }) {
    const reference = onlyWord(words, "a channel's login or id");
    const here = system();
    const view = await withDatabase(here, (sql) => look(here, sql, reference));
    if (options.json) say(JSON.stringify(view, null, 2));
    else for (const line of lines(view)) say(line);
    return ["silent", "unowned", "unknown"].includes(view.verdict) ? 1 : 0;
  },
};

/** Without NATS the row alone. Throws WrongUse for no such channel. */
async function look(here: OperatedSystem, sql: Sql, reference: string): Promise<WhereView> {
  const channel = await channelByReference(sql, reference, "staff");
  if (!channel) throw new WrongUse(`no channel is called "${reference}"`);
  const ask = (bus: Bus | null) => whereIs({ sql, bus, clock, random }, channel);
  return await withBus(here, ask).catch((error) => {
    if (error instanceof Refusal && error.code === "unavailable") return ask(null);
    throw error;
  });
}

const VERDICTS: Record<WhereView["verdict"], string> = {
  answers: "its owner answers",
  asleep: "asleep, which costs nothing: the next who asks wakes it",
  moving: "row and answer disagree: a take-over is under way. If this stays for 10 s, two nodes serve it: see `doctor`",
  silent: "a living node should answer and does not: paused, cut off from NATS, or stuck; see `nodes` and its log",
  unknown: "NATS is away, so nobody could be asked: see `doctor`",
  unowned:
    "it must be awake and nobody owns it: it should be claimed within a second; if not, see `nodes` and `doctor`",
};

function lines({ channel, actor, answer, verdict, ...more }: WhereView): string[] {
  const facts: [string, string][] = [["channel", `${channel.login}  ${channel.id}`]];
  if (actor) {
    const { node, incarnation, epoch, version, phase, standing, wakeAt } = actor;
    const owner =
      incarnation === null ? "nobody" : `${node ?? "a forgotten node"}  ${incarnation}  ${orDash(more.address)}`;
    const air =
      more.broadcastId === null ? "" : `, broadcast ${more.broadcastId}, head number ${orDash(more.headNumber)}`;
    facts.push(
      ["owner", owner],
      ["row", `${standing}, epoch ${epoch}, version ${version}, phase ${orDash(phase)}${air}`],
      ["claimed", `${length(more.claimedAgoMs ?? 0)} ago, FFmpeg attempt ${orDash(more.attempt)}`],
      ["saved", `${length(more.savedAgoMs ?? 0)} ago, wake at ${wake(wakeAt)}`],
    );
  } else facts.push(["row", "none: it was never awake"]);
  facts.push(["call", callLine(answer)], ["verdict", `${verdict}: ${VERDICTS[verdict]}`]);
  return facts.map(([name, value]) => `${name.padEnd(8)} ${value}`);
}

const callLine = (answer: OwnerAnswer) =>
  answer.answered
    ? `answered in ${answer.tookMs} ms by ${answer.incarnation}, epoch ${answer.epoch}, phase ${orDash(answer.phase)}`
    : `${answer.code} after ${answer.tookMs} ms`;
