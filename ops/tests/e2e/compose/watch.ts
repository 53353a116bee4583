// A player that follows a stream until it is told to stop, through restarts of everything, and says what it had to bear.

import { placeOf } from "../../support/playlists.ts";

const AGAIN_MS = 200;

export interface Watched {
  /** A playlist that went back. */
  faults: string[];
  /** Longest time without a new part. */
  longestPauseMs: number;
  /** Requests without an answer. */
  refused: number;
}

export async function watchUntil(masterUrl: string, end: AbortSignal): Promise<Watched> {
  const watched: Watched = { faults: [], longestPauseMs: 0, refused: 0 };
  const url = new URL("source.m3u8", masterUrl).href;
  let last = { msn: -1, part: 0 };
  let newAt = performance.now();
  let directives = "";
  while (!end.aborted) {
    const text = await fetch(`${url}${directives}`, { signal: AbortSignal.timeout(15_000) })
      .then(async (answer) => (answer.ok ? answer.text() : null))
      .catch(() => null);
    if (text === null) {
      watched.refused++;
      await Bun.sleep(AGAIN_MS);
      continue;
    }
    const { next } = placeOf(text);
    if (next.msn < last.msn) watched.faults.push(`went back from ${last.msn} to ${next.msn}`);
    if (next.msn > last.msn || (next.msn === last.msn && next.part > last.part)) {
      const nowMs = performance.now();
      if (last.msn >= 0) watched.longestPauseMs = Math.max(watched.longestPauseMs, nowMs - newAt);
      [last, newAt] = [next, nowMs];
    }
    directives = `?_HLS_msn=${next.msn}&_HLS_part=${next.part}`;
  }
  return watched;
}
