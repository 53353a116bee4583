// The ladder of a channel: which rungs run, and when FFmpeg starts again. Whatever happens here, the source goes on.

import { backoffMs } from "#runtime/base/backoff.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { Message, Outcome } from "./messages.ts";
import type { Ladder } from "./state.ts";

const RESTART_PAUSES = { firstMs: 500, longestMs: 30_000 };
/** The streamer is told after this many runs in a row that ended. */
const FAILURES_TOLD = 4;

type Chosen = Extract<Message, { type: "ladderChosen" }>;

/** The intake knows the source, or the node has more or less room than before. */
export const ladderChosen = ({ rungs, short }: Chosen): Outcome => ({
  events: [
    { type: "ladderChosen", rungs },
    short ? { type: "warned", problem: ladderShort(rungs) } : { type: "unwarned", codes: ["ladder_short"] },
  ],
});

/** FFmpeg ended. Its next run follows after a pause. */
export function ladderEnded({ rungs, failures }: Ladder, nowMs: number): Outcome {
  const pause = { untilMs: nowMs + backoffMs(RESTART_PAUSES, failures) };
  const told = failures + 1 >= FAILURES_TOLD ? [{ type: "warned", problem: ladderFails(rungs) } as const] : [];
  return { events: [{ type: "ladderEnded", pause }, ...told] };
}

const ladderShort = (rungs: string[]): SourceProblem => ({
  code: "ladder_short",
  detail: `The server is busy, so viewers can choose between your own quality and ${rungs.join(", ") || "nothing else"} only. You need not change anything.`,
});

const ladderFails = (rungs: string[]): SourceProblem => ({
  code: "ladder_short",
  detail: `The server cannot make the smaller qualities (${rungs.join(", ")}) of your stream now, so viewers get your own quality only; it keeps trying.`,
});
