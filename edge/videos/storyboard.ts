// The storyboard as WebVTT: the place of each small picture in its sheet, as a media fragment (W3C Media Fragments §4.2.2).

import type { Storyboard } from "#schema/tables/videos.ts";
import { videoPath } from "./address.ts";

/** `durationMs`: of the video; the last picture is shown until its end. */
export function storyboardText(board: Storyboard, durationMs: number): string {
  const { intervalMs, width, height, columns, rows, count } = board;
  const cues = Array.from({ length: count }, (_, i) => {
    const place = i % (columns * rows);
    const [x, y] = [(place % columns) * width, Math.floor(place / columns) * height];
    const startMs = i * intervalMs;
    const endMs = i === count - 1 ? Math.max(startMs + 1, durationMs) : startMs + intervalMs;
    const sheet = videoPath.sheet(Math.floor(i / (columns * rows)));
    return `${vttTime(startMs)} --> ${vttTime(endMs)}\n${sheet}#xywh=${x},${y},${width},${height}\n`;
  });
  return ["WEBVTT\n", ...cues].join("\n");
}

function vttTime(ms: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const rest = String(Math.floor(ms % 1_000)).padStart(3, "0");
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}.${rest}`;
}
