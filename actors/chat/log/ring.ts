// The newest entries of a room in memory: one unbroken run of `seq` that ends at the head.

import { type Entry, isDeletedBy, withoutAccounts, withoutText } from "#schema/wire/room.ts";

export class Ring {
  readonly #entries: Entry[] = [];
  #headSeq: number;

  /** `headSeq`: the highest stored `seq`. The ring starts empty. */
  constructor(
    headSeq: number,
    private readonly lengthMax: number,
  ) {
    this.#headSeq = headSeq;
  }

  get headSeq() {
    return this.#headSeq;
  }

  /** The ring holds all entries above this `seq`. */
  get floorSeq() {
    return this.#headSeq - this.#entries.length;
  }

  /** They follow the head without a hole. */
  isNext(entries: readonly Entry[]): boolean {
    return entries.every(({ seq }, i) => seq === this.#headSeq + 1 + i);
  }

  /** Appends entries that follow the head without a hole. Lines that one of them deletes lose their text. */
  push(entries: Entry[]) {
    for (const entry of entries) {
      if (entry.kind !== "line") this.#entries.splice(0, this.#entries.length, ...after(entry, this.#entries));
      if (entry.seq !== this.#headSeq + 1) throw new Error(`entry ${entry.seq} does not follow ${this.#headSeq}`);
      this.#entries.push(entry);
      this.#headSeq = entry.seq;
    }
    // Trimmed in bulk: a shift for each line would move the whole array each time.
    if (this.#entries.length > this.lengthMax * 1.25) this.#entries.splice(0, this.#entries.length - this.lengthMax);
  }

  /** These older entries, as they are after the acts in the ring: they may have been read before an act was stored. */
  moderated(older: Entry[]): Entry[] {
    const acts = this.#entries.filter(({ kind }) => kind === "deleted" || kind === "cleared");
    return acts.reduce((lines, act) => after(act, lines), older);
  }

  /** Takes older entries (ascending) if they end at the floor, as many as fit. */
  prepend(entries: Entry[]) {
    const older = this.moderated(entries).filter((entry) => entry.seq <= this.floorSeq);
    if (older.at(-1)?.seq !== this.floorSeq) return;
    const free = this.lengthMax - this.#entries.length;
    if (free > 0) this.#entries.unshift(...older.slice(-free));
  }

  /** Erases what these users said. */
  erase(userIds: ReadonlySet<string>) {
    for (const [index, entry] of this.#entries.entries()) this.#entries[index] = withoutAccounts(entry, userIds);
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

/** Entries before an act, as they are after it. */
const after = (act: Entry, entries: Entry[]) =>
  entries.map((entry) =>
    entry.kind === "line" && entry.seq < act.seq && isDeletedBy(entry, act) ? withoutText(entry) : entry,
  );
