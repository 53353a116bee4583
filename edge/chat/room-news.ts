// What all sockets of a room are told beside its entries, in order: settings, status, counts. In turns, like the entries.

import type { Turns } from "#runtime/base/turns.ts";

/** Sockets that are told between two looks at the clock. */
const VISITS = 16;

export interface NewsListener {
  /** The JSON of a frame. */
  tell(frame: string): void;
}

interface RoomNewsParts {
  clock: { monoMs(): number };
  turns: Pick<Turns, "add">;
  /** Goes on with those who join meanwhile. */
  listeners(): IterableIterator<NewsListener>;
}

export class RoomNews {
  #waiting: string[] = [];
  #isTelling = false;

  constructor(private readonly parts: RoomNewsParts) {}

  /** Those who join before it has gone round may get it too: every frame says how things are. */
  tell(frame: string) {
    this.#waiting.push(frame);
    if (!this.#isTelling) this.#begin();
  }

  #begin() {
    const frames = this.#waiting;
    if (frames.length === 0) return;
    this.#waiting = [];
    this.#isTelling = true;
    const visits = this.parts.listeners();
    this.parts.turns.add((untilMs) => this.#visit(frames, visits, untilMs));
  }

  /** True: all were told. */
  #visit(frames: readonly string[], visits: Iterator<NewsListener>, untilMs: number): boolean {
    do {
      for (let visited = 0; visited < VISITS; visited++) {
        const { value, done } = visits.next();
        if (done) {
          this.#isTelling = false;
          this.#begin();
          return true;
        }
        for (const frame of frames) value.tell(frame);
      }
    } while (this.parts.clock.monoMs() < untilMs);
    return false;
  }
}
