// The newest entries of a watched room as JSON, ready for frames: consecutive `seq` up to the head.

import { type Entry, isDeletedBy, withoutAccounts, withoutText } from "#schema/wire/room.ts";
import { entriesFrame, fittingCount } from "./frames.ts";

/** Finds the user without parsing: a room has a thousand texts. JSON escapes the quotes in people's texts. */
const USER_ID = /"(?:user|by)":\{.*?"id":"([^"]*)"/;
const IS_LINE = '"kind":"line"';
const IS_DELETED = '"deleted":true';
/** Entries that are kept although there are newer ones: a socket that reads slowly, and a round that takes long, have so many seconds. */
const KEPT_S = 5;
/** Where more is said within that time. */
const KEPT_MAX = 5_000;
/** Frames that are kept. All sockets lack the same, but those that have just joined or do not keep up. */
const FRAMES_MAX = 16;

export interface EntriesFrame {
  text: string;
  /** Of its last entry. */
  toSeq: number;
}

export class TextRing {
  readonly #texts: string[] = [];
  #headSeq: number;
  /** Of the last seconds. */
  readonly #heads: number[] = [];
  /** By the `seq` before their first entry; until the ring changes. */
  readonly #frames = new Map<number, EntriesFrame>();

  constructor(
    headSeq: number,
    private readonly lengthMax: number,
  ) {
    this.#headSeq = headSeq;
  }

  get headSeq() {
    return this.#headSeq;
  }

  /** The ring has all entries above this `seq`. */
  get floorSeq() {
    return this.#headSeq - this.#texts.length;
  }

  /** Adds the entries that follow the head without a hole, and returns their texts. Older ones are ignored. Lines that one of them deletes
   *  lose their text. */
  push(entries: Entry[]): string[] {
    this.#frames.clear();
    const taken: string[] = [];
    for (const entry of entries) {
      if (entry.seq <= this.#headSeq) continue;
      if (entry.seq !== this.#headSeq + 1) break;
      const text = JSON.stringify(entry);
      if (deletes(entry)) this.#delete(entry);
      this.#texts.push(text);
      taken.push(text);
      this.#headSeq = entry.seq;
    }
    // Many at once and seldom: shifting one by one would move the whole array for each line.
    if (this.#texts.length > KEPT_MAX * 1.25) this.#keep(KEPT_MAX);
    return taken;
  }

  /** To be called once a second: forgets older entries than `lengthMax` that have been there for some seconds. */
  trim() {
    this.#frames.clear();
    this.#heads.push(this.#headSeq);
    if (this.#heads.length > KEPT_S) this.#keep(Math.max(this.lengthMax, this.#headSeq - this.#heads.shift()!));
  }

  #keep(count: number) {
    if (this.#texts.length > count) this.#texts.splice(0, this.#texts.length - count);
  }

  /** Adds older entries, ascending, if they reach up to the floor. */
  prepend(entries: Entry[]) {
    const older = entries.filter((entry) => entry.seq <= this.floorSeq);
    if (older.at(-1)?.seq !== this.floorSeq) return;
    this.#frames.clear();
    this.#texts.unshift(...older.map((entry) => JSON.stringify(entry)));
    // They may have been read before an act that the ring has.
    for (const text of this.#texts.filter((text) => !text.includes(IS_LINE))) {
      const entry = JSON.parse(text) as Entry;
      if (deletes(entry)) this.#delete(entry);
    }
  }

  /** Takes the text of the lines before an act that deletes them. */
  #delete(act: Entry) {
    const named = act.kind === "deleted" ? act.id : act.kind === "cleared" ? (act.userId ?? "") : "";
    for (const [index, text] of this.#texts.entries()) {
      if (!text.includes(IS_LINE) || !text.includes(named) || text.endsWith(`${IS_DELETED}}`)) continue;
      const entry = JSON.parse(text) as Entry;
      if (entry.kind === "line" && entry.seq < act.seq && isDeletedBy(entry, act))
        this.#texts[index] = JSON.stringify(withoutText(entry));
    }
  }

  /** Texts above `seq`, at most `limit`; null if the ring lacks some of them. */
  after(seq: number, limit: number): string[] | null {
    if (seq < this.floorSeq) return null;
    const from = seq - this.floorSeq;
    return this.#texts.slice(from, from + limit);
  }

  /** The first frame of the entries above `seq`, made once for all who ask; null if the ring lacks some of them. */
  frameAbove(seq: number): EntriesFrame | null {
    const known = this.#frames.get(seq);
    if (known) return known;
    const texts = this.after(seq, this.lengthMax);
    if (!texts) return null;
    const count = fittingCount(texts);
    const frame = { text: entriesFrame(texts.slice(0, count)), toSeq: seq + count };
    if (this.#frames.size >= FRAMES_MAX) this.#frames.clear();
    this.#frames.set(seq, frame);
    return frame;
  }

  /** Erases the lines of these users, and answers those of them who had lines. */
  erase(userIds: ReadonlySet<string>): string[] {
    this.#frames.clear();
    const found = new Set<string>();
    for (const [index, text] of this.#texts.entries()) {
      const [, userId] = USER_ID.exec(text) ?? [];
      if (userId === undefined || !userIds.has(userId)) continue;
      this.#texts[index] = JSON.stringify(withoutAccounts(JSON.parse(text) as Entry, userIds));
      found.add(userId);
    }
    return [...found];
  }

  /** Undefined: not in the ring. */
  at(seq: number): Entry | undefined {
    const text = this.#texts[seq - this.floorSeq - 1];
    return text === undefined ? undefined : (JSON.parse(text) as Entry);
  }
}

const deletes = ({ kind }: Entry) => kind === "deleted" || kind === "cleared";
