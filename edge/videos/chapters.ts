// Chapters of a recording: what its broadcast was about, at the places in the video where that changed.

import type { ChapterView } from "#schema/api/videos.ts";
import type { BroadcastTopic } from "#schema/queries/videos/chapters.ts";
import type { Timeline } from "#schema/wire/timeline.ts";

/** Who corrects a title right away makes no chapter of the old one. */
const SHORTEST_MS = 10_000;

/** `topics`: in order of time. */
export function chaptersOf(
  topics: readonly BroadcastTopic[],
  timeline: Pick<Timeline, "mediaMs" | "durationMs">,
): ChapterView[] {
  const chapters: ChapterView[] = [];
  for (const { atMs, title, category } of topics) {
    const startMs = atMs === null ? 0 : Math.round(timeline.mediaMs(atMs));
    // Changed when the last picture was over: nothing of it can be seen.
    if (startMs > 0 && startMs >= Math.round(timeline.durationMs)) continue;
    const before = chapters.at(-1);
    if (before && startMs - before.startMs < SHORTEST_MS)
      chapters.splice(-1, 1, { startMs: before.startMs, title, category });
    else chapters.push({ startMs, title, category });
  }
  return chapters;
}
