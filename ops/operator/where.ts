// `where <channel>`: a channel's row, its owner, and whether the owner answers.

import { whereIs } from "#edge/operator/where.ts";
import { UsageError } from "#ops/up/flags.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { OwnerAnswer, WhereView } from "#schema/api/cluster.ts";
import type { Sql } from "#schema/database.ts";
import { channelByReference } from "#schema/queries/channels/channels.ts";
import { duration, orDash, wakeTime } from "./format.ts";
import { type OperatedSystem, withBus, withDatabase } from "./system.ts";
import { onlyWord, type Verb } from "./verb.ts";

export const where: Verb = {
  use: "where <login or id> [--json]      a channel's row and owner, and a call to it; exit 1 when it should answer and does not",
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

/** Without NATS the view has the row alone. Throws UsageError when there is no such channel. */
async function look(here: OperatedSystem, sql: Sql, reference: string): Promise<WhereView> {
  const channel = await channelByReference(sql, reference, "staff");
  if (!channel) throw new UsageError(`no channel has the login or id "${reference}"`);
  const ask = (bus: Bus | null) => whereIs({ sql, bus, clock, random }, channel);
  return await withBus(here, ask).catch((error) => {
    if (error instanceof Refusal && error.code === "unavailable") return ask(null);
    throw error;
  });
}

const VERDICTS: Record<WhereView["verdict"], string> = {
  answers: "its owner answers",
  asleep: "asleep: the next request wakes it",
  moving: "row and answer disagree: a take-over is running. If this lasts 10 s, two nodes serve it: see `doctor`",
  silent: "its node lives and does not answer: paused, cut off from NATS, or stuck. See `nodes` and the node's log",
  unknown: "NATS is away, so the owner cannot be asked: see `doctor`",
  unowned:
    "it must be awake and has no owner: a node claims it within a second. If none does: see `nodes` and `doctor`",
};

function lines({ channel, actor, answer, verdict, ...more }: WhereView): string[] {
  const facts: [string, string][] = [["channel", `${channel.login}  ${channel.id}`]];
  if (actor) {
    const { node, incarnation, epoch, version, phase, standing, wakeAt } = actor;
    const owner =
      incarnation === null ? "none" : `${node ?? "a forgotten node"}  ${incarnation}  ${orDash(more.address)}`;
    const air =
      more.broadcastId === null ? "" : `, broadcast ${more.broadcastId}, head number ${orDash(more.headNumber)}`;
    facts.push(
      ["owner", owner],
      ["row", `${standing}, epoch ${epoch}, version ${version}, phase ${orDash(phase)}${air}`],
      ["claimed", `${duration(more.claimedAgoMs ?? 0)} ago, FFmpeg attempt ${orDash(more.attempt)}`],
      ["saved", `${duration(more.savedAgoMs ?? 0)} ago, wake at ${wakeTime(wakeAt)}`],
    );
  } else facts.push(["row", "none: it was never awake"]);
  facts.push(["call", callLine(answer)], ["verdict", `${verdict}: ${VERDICTS[verdict]}`]);
  return facts.map(([name, value]) => `${name.padEnd(8)} ${value}`);
}

const callLine = (answer: OwnerAnswer) =>
  answer.answered
    ? `answered in ${answer.tookMs} ms by ${answer.incarnation}, epoch ${answer.epoch}, phase ${orDash(answer.phase)}`
    : `${answer.code} after ${answer.tookMs} ms`;
