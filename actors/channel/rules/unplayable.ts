// What the streamer reads of a source that browsers cannot play.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { Unplayable } from "./state.ts";

const CHROMA = ["grey", "4:2:0", "4:2:2", "4:4:4"];

/** `replaced`: viewers get a copy that the ladder makes. */
export function unplayableInBrowsers(unplayable: Unplayable, replaced: boolean): SourceProblem {
  const { what, without, change } = unplayable.why === "format" ? oddFormat(unplayable) : INTRA_REFRESH;
  const outcome = replaced ? "so viewers get a copy that we encode" : `and this server makes no copy now: ${without}`;
  return { code: "unplayable_in_browsers", detail: `${what}, ${outcome}. ${change}` };
}

const oddFormat = ({ chroma, bitDepth }: Extract<Unplayable, { why: "format" }>) => ({
  what: `Your picture is encoded as ${CHROMA[chroma] ?? "an unknown format"} with ${bitDepth} bits, which browsers do not play`,
  without: "most viewers see no picture",
  change: "In OBS set Color Format to NV12 under Settings, Advanced.",
});

const INTRA_REFRESH = {
  what: "Your encoder refreshes the picture bit by bit and sends no keyframes with which a viewer could begin",
  without: "viewers who come later may see no picture",
  change: "In OBS remove intra-refresh from the x264 Options and set Keyframe Interval to 2 s under Settings, Output.",
};
