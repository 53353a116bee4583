// The newest entries of a room in memory: one unbroken run of `seq` that ends at the head.

import { type Entry, erased } from "#schema/wire/room.ts";

export class Ring {
  readonly #entries: Entry[] = [];
  #headSeq: number;

  /** `headSeq`: what is stored already and not in the ring. */
  constructor(
    headSeq: number,
    private readonly lengthMax: number,
  ) {
    this.#headSeq = headSeq;
  }

  get headSeq() {
    return this.#headSeq;
  }

  /** Everything above this `seq` is here. */
  get floorSeq() {
    return this.#headSeq - this.#entries.length;
  }

  /** Entries right after the head. */
  push(entries: Entry[]) {
    for (const entry of entries) {
      if (entry.seq !== this.#headSeq + 1) throw new Error(`entry ${entry.seq} does not follow ${this.#headSeq}`);
      this.#entries.push(entry);
      this.#headSeq = entry.seq;
    }
    // Seldom and many at once: shifting one by one would move the whole array for each line.
    if (this.#entries.length > this.lengthMax * 1.25) this.#entries.splice(0, this.#entries.length - this.lengthMax);
  }

  /** Older entries, ascending; those that end right at the floor are taken. */
  prepend(entries: Entry[]) {
    const older = entries.filter((entry) => entry.seq <= this.floorSeq);
    if (older.at(-1)?.seq !== this.floorSeq) return;
    const free = this.lengthMax - this.#entries.length;
    if (free > 0) this.#entries.unshift(...older.slice(-free));
  }

  /** Forgets what these people said. */
  erase(userIds: ReadonlySet<string>) {
    for (const [index, entry] of this.#entries.entries())
      if (userIds.has(entry.user.id)) this.#entries[index] = erased(entry);
  }

  /** Ascending entries above `afterSeq`, at most `limit`; null when some of them are only in the store. */
  after(afterSeq: number, limit: number): Entry[] | null {
    if (afterSeq < this.floorSeq) return null;
    const from = afterSeq - this.floorSeq;
    return this.#entries.slice(from, from + limit);
  }

  /** The newest `limit`, ascending; null when some of them are only in the store. */
  newest(limit: number): Entry[] | null {
    return this.after(Math.max(0, this.#headSeq - limit), limit);
  }
}
