// The media of a broadcast in memory, over all its attempts: segment numbers, the bytes of each rendition, the rhythm of segments and parts,
// and where the newest media ends.

import { RENDITION } from "#schema/wire/media.ts";
import type { Rhythm } from "./numbers/rhythm.ts";
import type { Slots } from "./numbers/slots.ts";
import { Shelf } from "./shelf/shelf.ts";

/** Renditions of a broadcast, the source included. */
const RENDITIONS_MAX = 16;

/** Where the newest listed media of the source ends. */
export interface Tail {
  session: string;
  /** Media of this packager, not of a former owner. */
  own: boolean;
  /** Of the source; null: not known. */
  initHash: string | null;
  /** Shift of decode times in that session. */
  shiftMs: number;
  /** Decode time at which the source ends, after its shift; null: not known. */
  endMs: number | null;
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
  sourceOffered: boolean;
}

export class Timeline {
  readonly slots: Slots;
  readonly shelves: Map<string, Shelf>;
  readonly startNumber: number;
  readonly source: Shelf;
  /** The multivariant playlist lists the source. */
  sourceOffered: boolean;
  #offered: ReadonlySet<string> | null = null;
  #rhythm: Rhythm | null;
  #tail: Tail | null;

  constructor({ slots, shelves, startNumber, rhythm, tail, sourceOffered }: TimelineOptions) {
    this.slots = slots;
    this.shelves = shelves;
    this.startNumber = startNumber;
    this.source = shelves.values().next().value!;
    this.#rhythm = rhythm;
    this.#tail = tail;
    this.sourceOffered = sourceOffered;
  }

  /** Null until the first segment of the broadcast is whole. */
  get rhythm() {
    return this.#rhythm;
  }

  /** Null until an attempt with listed media has ended. */
  get tail() {
    return this.#tail;
  }

  /** The renditions beside the source. */
  get rungs(): [name: string, Shelf][] {
    return [...this.shelves].slice(1);
  }

  /** The rungs that are made from now on. Null until the first attempt of this owner says so. */
  get offered() {
    return this.#offered;
  }

  /** Makes the shelves of these rungs. Throws for a name that is no rung's. */
  offer(rungs: string[]) {
    for (const name of rungs) this.rung(name);
    this.#offered = new Set(rungs);
  }

  /** Nothing makes this rung any more: players that play it have to choose again. */
  isWithdrawn(rendition: string): boolean {
    return this.#offered?.has(rendition) === false && rendition !== this.source.name && this.shelves.has(rendition);
  }

  /** The shelf of a rung, made on first use. Throws for a name that is no rung's. */
  rung(name: string): Shelf {
    const known = this.shelves.get(name);
    if (known && known !== this.source) return known;
    if (known || !RENDITION.test(name) || this.shelves.size >= RENDITIONS_MAX) throw new Error(`no rung ${name}`);
    const shelf = new Shelf(name, true);
    this.shelves.set(name, shelf);
    return shelf;
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
