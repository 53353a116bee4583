// Counts how often and how long the picture stood still because the buffer was empty.

/** A longer one is an outage of the server or the encoder; the buffer of a viewer is not meant to bridge it. */
const BUFFER_STALL_MS_MAX = 2_000;

/** More are not needed to tell that there were several. */
const ENDS_KEPT = 4;

export class Stalls {
  count = 0;
  /** In total, without the one that lasts. */
  stilledMs = 0;
  private sinceMs: number | null = null;
  /** When the last ones ended, the newest last. */
  private ends: number[] = [];

  /** The picture stopped. Seeks and pauses are not stalls: the caller leaves them out. */
  began(atMs: number) {
    this.sinceMs ??= atMs;
  }

  /** The picture moves again. True: a larger buffer would have helped. */
  ended(atMs: number): boolean {
    if (this.sinceMs === null) return false;
    const ms = atMs - this.sinceMs;
    this.sinceMs = null;
    this.count++;
    this.stilledMs += ms;
    this.ends = [...this.ends.slice(1 - ENDS_KEPT), atMs];
    return ms <= BUFFER_STALL_MS_MAX;
  }

  /** How many have ended since then; 4 at most. */
  since(fromMs: number): number {
    return this.ends.filter((atMs) => atMs >= fromMs).length;
  }

  /** The viewer paused or sought meanwhile: what lasted is not counted. */
  cancelled() {
    this.sinceMs = null;
  }
}
