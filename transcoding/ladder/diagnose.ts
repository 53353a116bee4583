// Translates FFmpeg's last error lines into a problem for the streamer.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { problems } from "../packager/attempt/problems.ts";

/** Null: no problem that the streamer could fix. */
export function diagnose(lines: readonly string[]): SourceProblem | null {
  const text = lines.join("\n");
  if (/Stream map '0:v:0' matches no streams/.test(text)) return problems.noVideo;
  const tag = /Could not find tag for codec (\S+) in stream #(\d+)/.exec(text);
  if (tag) return tag[2] === "0" ? problems.unsupportedVideo(tag[1]!) : problems.unsupportedAudio(tag[1]!);
  if (/Video codec \(?\w+\)? is not implemented|Could not find codec parameters for stream \d+ \(Video/.test(text))
    return problems.unsupportedVideo("something other than H.264");
  return null;
}
