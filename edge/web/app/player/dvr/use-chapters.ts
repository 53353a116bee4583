// The chapters of a running broadcast, from when somebody first goes back in it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChapterView, ShownVideo } from "#schema/api/videos.ts";
import { every } from "../../clock.ts";
import { call } from "../../session.ts";
import type { Dvr } from "./dvr.ts";

/** The title may change while somebody is behind. */
const AGAIN_MS = 60_000;

interface ChaptersOf {
  broadcastId: string | null;
  isWanted: boolean;
}

/** At their places in the bar. */
export function useChapters(dvr: Dvr, { broadcastId, isWanted }: ChaptersOf): ChapterView[] {
  const chapters = useSignal<readonly ChapterView[]>([]);
  useEffect(() => {
    if (!isWanted || broadcastId === null) return;
    const ending = new AbortController();
    const load = () =>
      // A recording has the id of its broadcast.
      call<ShownVideo>(`/videos/${broadcastId}`, { signal: ending.signal }).then(
        (video) => {
          chapters.value = video.chapters;
        },
        () => {}, // That of a channel with a password is not for everybody. The bar is of use without marks.
      );
    void load();
    const stop = every(AGAIN_MS, load);
    return () => {
      stop();
      ending.abort();
    };
  }, [broadcastId, isWanted, chapters]);
  return isWanted ? chapters.value.map((one) => ({ ...one, startMs: Math.max(0, dvr.placeOf(one.startMs)) })) : [];
}
