// The chapter of a moment.

import type { ChapterView } from "#schema/api/videos.ts";

/** `chapters`: ascending. Undefined: there are none. */
export const chapterAt = (chapters: readonly ChapterView[], ms: number): ChapterView | undefined =>
  chapters.findLast(({ startMs }) => startMs <= ms) ?? chapters[0];
