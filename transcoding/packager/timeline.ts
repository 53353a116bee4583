// What a broadcast has in memory over all its attempts: segment numbers, the bytes of each rendition, how long segments are, and where the
// newest media ends.

import type { Rhythm } from "./numbers/rhythm.ts";
import type { Slots } from "./numbers/slots.ts";
import type { Shelf } from "./shelf/shelf.ts";

/** Where the newest listed media ends. */
export interface Tail {
  session: string;
  /** The packager's own: what players have of it is known. */
  own: boolean;
  /** By rendition. */
  inits: Map<string, string>;
  shiftsMs: Map<string, number>;
  /** Decode time, moved, at which each rendition ends. */
  endsMs: Map<string, number>;
}

interface TimelineOptions {
  slots: Slots;
  /** By rendition, the source first. */
  shelves: Map<string, Shelf>;
  /** Lowest number that this owner may open. */
  startNumber: number;
  /** As a former owner left them. */
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

  /** Null until an attempt that showed something has ended. */
  get tail() {
    return this.#tail;
  }

  /** For the whole broadcast, once. */
  settle(rhythm: Rhythm) {
    if (this.#rhythm) throw new Error("the rhythm of a broadcast is found once");
    this.#rhythm = rhythm;
  }

  /** An attempt has ended there. */
  endAt(tail: Tail) {
    this.#tail = tail;
  }
}
