// The newest lines of a room and of each person in it, as fingerprints: what a line is compared with to tell spam. Bounded: a room's newest
// lines, and a few of each of the people who spoke last.

import { areAlike, type Fingerprint } from "./similarity.ts";

interface RecentLine {
  by: string;
  atMs: number;
  print: Fingerprint;
}

export interface SimilarLimit {
  /** 0 to 1. */
  threshold: number;
  windowMs: number;
  /** Shorter lines are what chat is made of. */
  lettersMin: number;
  /** Earlier lines of the same person that are alike, from which on one more is too many. */
  times: number;
  /** Other people with such a line, likewise. */
  people: number;
}

const ROOM_LINES_MAX = 128;
const PEOPLE_MAX = 256;
const PERSON_LINES_MAX = 6;

export class RecentLines {
  #room: RecentLine[] = [];
  /** By person; who spoke last stands last. */
  readonly #people = new Map<string, RecentLine[]>();

  /** Lines that are held count too: the queue is no place to spam. */
  add(by: string, print: Fingerprint, atMs: number): void {
    const line = { by, print, atMs };
    this.#room.push(line);
    if (this.#room.length > 2 * ROOM_LINES_MAX) this.#room = this.#room.slice(-ROOM_LINES_MAX);
    const own = [...(this.#people.get(by) ?? []), line].slice(-PERSON_LINES_MAX);
    this.#people.delete(by);
    this.#people.set(by, own);
    if (this.#people.size > PEOPLE_MAX) this.#people.delete(this.#people.keys().next().value!);
  }

  /** True for a line that repeats the person's own, or that too many people say. */
  isSpam(by: string, print: Fingerprint, atMs: number, limit: SimilarLimit): boolean {
    if (print.letters < limit.lettersMin) return false;
    const isAlike = (line: RecentLine) =>
      atMs - line.atMs <= limit.windowMs && areAlike(print, line.print, limit.threshold);
    const own = this.#people.get(by) ?? [];
    if (own.filter(isAlike).length >= limit.times) return true;
    const others = new Set<string>();
    for (const line of this.#room.slice(-ROOM_LINES_MAX))
      if (line.by !== by && !others.has(line.by) && isAlike(line)) others.add(line.by);
    return others.size >= limit.people;
  }
}
