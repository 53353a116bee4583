// Work of a node for its videos that goes on although its child was stopped: what it still writes would be left behind, so whoever clears up
// waits for it.

/** The work that has not ended, by video. */
export type UnderWay = Map<string, Promise<unknown>>;

/** Counts `work` until it settles, beside what is counted for the video already. */
export function counted<T>(jobs: UnderWay, videoId: string, work: Promise<T>): Promise<T> {
  const ended: Promise<unknown> = Promise.allSettled([jobs.get(videoId), work]).then(() => {
    if (jobs.get(videoId) === ended) jobs.delete(videoId);
  });
  jobs.set(videoId, ended);
  return work;
}
