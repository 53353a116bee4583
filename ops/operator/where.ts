// `where <channel>`: its row, its owner, and whether that owner answers now.

import { whereIs } from "#edge/admin/where.ts";
import { Refusal } from "#runtime/actor.ts";
import { systemClock as clock } from "#runtime/clock.ts";
import { systemRandom as random } from "#runtime/random.ts";
import type { OwnerAnswer, WhereView } from "#schema/wire/admin.ts";
import { withBus, withDatabase } from "./system.ts";
import { length, orDash } from "./table.ts";
import { onlyWord, type Verb, WrongUse } from "./verb.ts";

export const where: Verb = {
  use: "where <login or id> [--json]      a channel's row and owner, and a real call to it; exit 1 when it should answer and does not",
  options: { json: "flag" },
  async run(words, { system, options, say }) {
    const reference = onlyWord(words, "a channel's login or id");
    const here = system();
    const view = await withDatabase(here, (sql) =>
      withBus(here, (bus) => whereIs({ sql, bus, clock, random }, reference)),
    ).catch((error) => {
      if (error instanceof Refusal && error.code === "not_found")
        throw new WrongUse(`no channel is called "${reference}"`);
      throw error;
    });
    if (options.json) say(JSON.stringify(view, null, 2));
    else for (const line of lines(view)) say(line);
    return view.verdict === "silent" || view.verdict === "unowned" ? 1 : 0;
  },
};

const VERDICTS: Record<WhereView["verdict"], string> = {
  answers: "its owner answers",
  asleep: "asleep, which costs nothing: the next who asks wakes it",
  moving: "row and answer disagree: a take-over is under way. If this stays for 10 s, two nodes serve it: see `doctor`",
  silent: "a living node should answer and does not: paused, cut off from NATS, or stuck; see `nodes` and its log",
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
      ["saved", `${length(more.savedAgoMs ?? 0)} ago, wake at ${orDash(wakeAt)}`],
    );
  } else facts.push(["row", "none: it was never awake"]);
  facts.push(["call", callLine(answer)], ["verdict", `${verdict}: ${VERDICTS[verdict]}`]);
  return facts.map(([name, value]) => `${name.padEnd(8)} ${value}`);
}

const callLine = (answer: OwnerAnswer) =>
  answer.answered
    ? `answered in ${answer.tookMs} ms by ${answer.incarnation}, epoch ${answer.epoch}, phase ${orDash(answer.phase)}`
    : `${answer.code} after ${answer.tookMs} ms`;
