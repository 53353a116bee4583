// The media of a broadcast in memory, over all its attempts: segment numbers, the bytes of each rendition, the rhythm of segments and parts,
// and where the newest media ends.

import type { Rhythm } from "./numbers/rhythm.ts";
import type { Slots } from "./numbers/slots.ts";
import type { Shelf } from "./shelf/shelf.ts";

/** Where the newest listed media ends. */
export interface Tail {
  session: string;
  /** Media of this packager, not of a former owner. */
  own: boolean;
  /** By rendition. */
  inits: Map<string, string>;
  shiftsMs: Map<string, number>;
  /** Decode time at which each rendition ends, after its shift. */
  endsMs: Map<string, number>;
}

interface TimelineOptions {
  slots: Slots;
  /** By rendition, the source first. */
  shelves: Map<string, Shelf>;
  /** Lowest segment number that this owner may open. */
  startNumber: number;
  /** As left by a former owner. */
  rhythm: Rhythm | null;
  tail: Tail | null;
}

export class Timeline {
  readonly slots: Slots;
  readonly shelves: Map<string, Shelf>;
  readonly startNumber: number;
  #rhythm: Rhythm | null;
  #tail: Tail | null;

  constructor({ slots, shelves, startNumber, rhythm, tail }: TimelineOptions) {
    this.slots = slots;
    this.shelves = shelves;
    this.startNumber = startNumber;
    this.#rhythm = rhythm;
    this.#tail = tail;
  }

  /** Null until the first segment of the broadcast is whole. */
  get rhythm() {
    return this.#rhythm;
  }

  /** Null until an attempt with listed media has ended. */
  get tail() {
    return this.#tail;
  }

  /** Sets the rhythm of the whole broadcast. Throws when it is set already. */
  settle(rhythm: Rhythm) {
    if (this.#rhythm) throw new Error("the rhythm of a broadcast is found once");
    this.#rhythm = rhythm;
  }

  /** An attempt has ended at `tail`. */
  endAt(tail: Tail) {
    this.#tail = tail;
  }
}
