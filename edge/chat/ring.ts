// The newest entries of a watched room as JSON text, ready for frames: one unbroken run of `seq` that ends at the head.

import { type Entry, erased } from "#schema/wire/room.ts";

/** Without reading all of it: a room has a thousand texts. Quotes in what people wrote are never bare in JSON. */
const USER_ID = /"user":\{.*?"id":"([^"]*)"/;

export class TextRing {
  readonly #texts: string[] = [];
  #headSeq: number;

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
    return this.#headSeq - this.#texts.length;
  }

  /** Takes those that follow the head without a hole, and returns their texts. Older ones are passed over. */
  push(entries: Entry[]): string[] {
    const taken: string[] = [];
    for (const entry of entries) {
      if (entry.seq <= this.#headSeq) continue;
      if (entry.seq !== this.#headSeq + 1) break;
      taken.push(JSON.stringify(entry));
      this.#headSeq = entry.seq;
    }
    this.#texts.push(...taken);
    // Seldom and many at once: shifting one by one would move the whole array for each line.
    if (this.#texts.length > this.lengthMax * 1.25) this.#texts.splice(0, this.#texts.length - this.lengthMax);
    return taken;
  }

  /** Takes older entries, ascending, where they reach up to the floor. */
  prepend(entries: Entry[]) {
    const older = entries.filter((entry) => entry.seq <= this.floorSeq);
    if (older.at(-1)?.seq === this.floorSeq) this.#texts.unshift(...older.map((entry) => JSON.stringify(entry)));
  }

  /** Texts above `seq`, at most `limit`; null when some of them are not here. */
  after(seq: number, limit: number): string[] | null {
    if (seq < this.floorSeq) return null;
    const from = seq - this.floorSeq;
    return this.#texts.slice(from, from + limit);
  }

  /** Forgets what these people said, and answers who of them had said something. */
  erase(userIds: ReadonlySet<string>): string[] {
    const found = new Set<string>();
    for (const [index, text] of this.#texts.entries()) {
      const [, userId] = USER_ID.exec(text) ?? [];
      if (userId === undefined || !userIds.has(userId)) continue;
      this.#texts[index] = JSON.stringify(erased(JSON.parse(text) as Entry));
      found.add(userId);
    }
    return [...found];
  }

  /** Undefined when it is not here. */
  at(seq: number): Entry | undefined {
    const text = this.#texts[seq - this.floorSeq - 1];
    return text === undefined ? undefined : (JSON.parse(text) as Entry);
  }
}
