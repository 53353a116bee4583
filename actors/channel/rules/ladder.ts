// The ladder of a channel: which rungs run, and when FFmpeg starts again. Whatever happens here, the source goes on.

import { backoffMs } from "#runtime/base/backoff.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { Message, Outcome } from "./messages.ts";
import type { Event, Ladder } from "./state.ts";
import { unplayableInBrowsers } from "./unplayable.ts";

const RESTART_PAUSES = { firstMs: 500, longestMs: 30_000 };
/** After this many runs in a row that ended, the ladder counts as failing: the streamer is told. */
const FAILURES_MAX = 4;

type Chosen = Extract<Message, { type: "ladderChosen" }>;

/** Viewers are not offered the source: browsers cannot play it, and the ladder makes a copy. Where it makes none the source is offered,
 *  since some players play it. */
export const isReplaced = (ladder: Ladder | null | undefined): boolean =>
  ladder?.unplayable !== undefined && ladder.rungs.length > 0 && ladder.failures < FAILURES_MAX;

/** The intake knows the source, or the node has more or less room than before. */
export function ladderChosen({ rungs, short, unplayable }: Chosen): Outcome {
  const told = unplayable
    ? warned(unplayableInBrowsers(unplayable, rungs.length > 0))
    : unwarned("unplayable_in_browsers");
  return { events: [{ type: "ladderChosen", rungs, short, unplayable }, told, shortOrNot({ rungs, short })] };
}

/** FFmpeg ended. Its next run follows after a pause. */
export function ladderEnded(ladder: Ladder, nowMs: number): Outcome {
  const { rungs, failures, unplayable } = ladder;
  const pause = { untilMs: nowMs + backoffMs(RESTART_PAUSES, failures) };
  const ended: Event = { type: "ladderEnded", pause };
  if (failures + 1 < FAILURES_MAX) return { events: [ended] };
  return { events: [ended, warned(unplayable ? unplayableInBrowsers(unplayable, false) : ladderFails(rungs))] };
}

/** FFmpeg has kept up for a while: earlier failures are over. */
export function ladderKeptUp({ rungs, short = false, failures, unplayable }: Ladder): Outcome {
  if (failures === 0) return {};
  const copied = unplayable ? [warned(unplayableInBrowsers(unplayable, true))] : [];
  return { events: [{ type: "ladderKeptUp" }, ...copied, shortOrNot({ rungs, short })] };
}

const warned = (problem: SourceProblem): Event => ({ type: "warned", problem });
const unwarned = (code: SourceProblem["code"]): Event => ({ type: "unwarned", codes: [code] });

const shortOrNot = ({ rungs, short }: { rungs: string[]; short: boolean }): Event =>
  short ? warned(ladderShort(rungs)) : unwarned("ladder_short");

const ladderShort = (rungs: string[]): SourceProblem => ({
  code: "ladder_short",
  detail: `The server is busy, so viewers can choose between your own quality and ${rungs.join(", ") || "nothing else"} only. You need not change anything.`,
});

const ladderFails = (rungs: string[]): SourceProblem => ({
  code: "ladder_short",
  detail: `The server cannot make the smaller qualities (${rungs.join(", ")}) of your stream now, so viewers get your own quality only; it keeps trying.`,
});
