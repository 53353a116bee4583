// The window of a playlist: how many old segments it lists, and with which number it begins.

/** Minimum of listed segments with media. */
const LISTED = 8;
/** RFC 8216bis §6.2.2: at least three target durations. Half of one more allows for the segment that is about to leave. */
const LISTED_TARGET_DURATIONS = 3.5;
/** Maximum of listed segments, gaps included. A longer hole (200 s at 2 s) pushes the old segments out. */
const LISTED_MAX = 100;

/** Index of the first segment to list, when the last has index `to`. */
export function listedFrom(
  segments: readonly { initHash: string | null; closed: boolean; durationMs: number }[],
  { to, targetDurationMs }: { to: number; targetDurationMs: number },
): number {
  let media = 0;
  let durationMs = 0;
  let from = to;
  for (let i = to; i >= 0 && to - i < LISTED_MAX; i--) {
    const segment = segments[i]!;
    from = i;
    if (segment.initHash !== null && segment.closed) {
      media++;
      durationMs += segment.durationMs;
    }
    if (media >= LISTED && durationMs >= targetDurationMs * LISTED_TARGET_DURATIONS) break;
  }
  return from;
}

/** The first number of all playlists.
 *
 *  A successor lists the saved window, so no playlist may begin later than the newest save: otherwise the media sequence would go
 *  back. While saves fail, playlists grow, up to LISTED_MAX. */
export class Front {
  #first: number;
  /** A save that covers `headNumber` holds a window that begins at `first` or later. */
  #proposals: { headNumber: number; first: number }[] = [];
  #proposed: number;
  #allowed: number;

  constructor(first: number) {
    this.#first = first;
    this.#proposed = first;
    this.#allowed = first;
  }

  get first() {
    return this.#first;
  }

  /** Proposes the first number of the next save; answers the highest proposal so far. */
  propose(first: number): number {
    this.#proposed = Math.max(this.#proposed, first);
    return this.#proposed;
  }

  /** Saves with this head number or a higher one hold the latest proposal. */
  opened(headNumber: number) {
    this.#proposals.push({ headNumber, first: this.#proposed });
    if (this.#proposals.length > LISTED_MAX) this.#proposals.shift();
  }

  covered(headNumber: number) {
    while (this.#proposals[0] && this.#proposals[0].headNumber <= headNumber)
      this.#allowed = Math.max(this.#allowed, this.#proposals.shift()!.first);
  }

  advance({ wanted, last }: { wanted: number; last: number }) {
    this.#first = Math.max(this.#first, Math.min(wanted, this.#allowed), last + 1 - LISTED_MAX);
  }
}
