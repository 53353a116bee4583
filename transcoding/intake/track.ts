// One track of a session: where its timestamps lie on session time, and which of them can be believed.

import type { Kind } from "./clock-facts.ts";
import { Lateness } from "./lateness.ts";

/** A raw timestamp, and the session time that it stands for. */
export interface Line {
  /** The encoder's 32 bits. */
  raw: number;
  /** Whole ms. */
  at: number;
}

/** When a tag came. */
export interface Moment {
  /** As session time. */
  worldMs: number;
  /** Time in which tags came: a gap between two tags counts 1 s at most. */
  flowMs: number;
}

/** A timestamp may differ by this from where arrival puts it; a source of few pictures gets a quarter of its step. */
const JITTER_MS = 250;
/** A step back by at most this is waited out: it must exceed what was believed ahead, or one such tag would move the track for good. */
const BACK_RATIO = 1.2;
/** A shorter silence is jitter: the tags behind it are a usual step apart. */
const SILENCE_MS = 500;
/** Tags in a row that fit neither the track nor each other. */
const ODD_MAX = 3;
const STANDING_TAGS = 5;
const STANDING_MS = 200;
/** Tags in a row at the pace of their arrival, before the timestamps are believed again. */
const WALKING_TAGS = 30;
/** A tag that arrival puts this far from the last one lies behind a hole. */
const HOLE_MS = 500;
const LATE_BY_ARRIVAL_MAX_MS = 1_000;

/** From one raw timestamp to another, over the wrap at 2^32; below 0: back. At most 24.8 days. */
export const distance = (from: number, to: number) => (to - from) | 0;

export class Track {
  /** Before the common shift. */
  line: Line;
  /** The newest session time given out. */
  lastMs: number;
  /** Arrival of the newest tag. */
  cameMs: number;
  readonly lateness = new Lateness();
  /** A tag that did not fit waits for company. `times`: how many in a row did not fit. */
  odd: { raw: number; atMs: number; byMs: number; times: number } | null = null;
  /** Dated by arrival: this late, as before. `walked`: so many tags in a row went at the pace of their arrival. */
  byArrival: { lateMs: number; walked: number } | null = null;
  #standing: { tags: number; sinceMs: number };
  /** The last three. */
  #steps: [number, number, number];
  /** Mean gap between two arrivals. */
  #gapMs: number;

  constructor(kind: Kind, { line, lastMs, now }: { line: Line; lastMs: number; now: Moment }) {
    this.line = line;
    this.lastMs = lastMs;
    this.cameMs = now.worldMs;
    this.#standing = { tags: 0, sinceMs: now.worldMs };
    const step = kind === "video" ? 33 : 21;
    this.#steps = [step, step, step];
    this.#gapMs = step;
    this.lateness.add(now.worldMs - line.at, now);
  }

  /** The usual step between two tags: holes and doubles do not count. */
  get stepMs(): number {
    const [a, b, c] = this.#steps;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** Where arrival alone puts the next tag. Tags that come in one packet are a step apart. */
  byPace(now: Moment): number {
    const passedMs = now.worldMs - this.cameMs;
    return this.lastMs + (passedMs > SILENCE_MS ? Math.round(passedMs) : this.stepMs);
  }

  /** Whether a tag can be believed that stands `step` behind the newest believed one. */
  fits(step: number, now: Moment): boolean {
    const jitterMs = this.#jitterMs;
    if (step <= jitterMs) return step > -BACK_RATIO * jitterMs;
    // Further ahead only as far as the track is behind the world: pictures were left out, or a stall of ours is catching up.
    return now.worldMs - (this.line.at + step) >= (this.lateness.floorMs ?? 0) - jitterMs;
  }

  /** Whether a tag goes on from the odd one. */
  fitsOdd(raw: number, now: Moment): boolean {
    if (!this.odd) return false;
    const step = distance(this.odd.raw, raw);
    return step > -BACK_RATIO * this.#jitterMs && step <= now.worldMs - this.cameMs + this.#jitterMs;
  }

  /** The timestamp was believed. */
  walk(raw: number, now: Moment) {
    const step = distance(this.line.raw, raw);
    if (step > 0) this.#steps = [this.#steps[1], this.#steps[2], step];
    this.#standing =
      step === 0 ? { ...this.#standing, tags: this.#standing.tags + 1 } : { tags: 0, sinceMs: now.worldMs };
    this.line = { raw, at: this.line.at + step };
    this.odd = null;
    this.lateness.add(now.worldMs - this.line.at, now);
  }

  /** The track goes on from here. `at`: before the common shift. */
  lay(line: Line, now: Moment) {
    this.line = line;
    this.odd = null;
    this.#standing = { tags: 0, sinceMs: now.worldMs };
    this.lateness.add(now.worldMs - line.at, now);
  }

  /** The whole track lies elsewhere. */
  move(byMs: number) {
    this.line = { ...this.line, at: this.line.at + byMs };
    this.lateness.shift(-byMs);
  }

  /** The tag does not fit; it is dated `atMs`. False: too many in a row. */
  doubt(raw: number, { atMs, byMs }: { atMs: number; byMs: number }): boolean {
    const times = (this.odd?.times ?? 0) + 1;
    this.odd = { raw, atMs, byMs, times };
    return times <= ODD_MAX;
  }

  stands(now: Moment): boolean {
    return this.#standing.tags >= STANDING_TAGS && now.worldMs - this.#standing.sinceMs > STANDING_MS;
  }

  /** From now on tags are dated by arrival. */
  leave(shiftMs: number) {
    const lateMs = (this.lateness.floorMs ?? shiftMs) - shiftMs;
    this.byArrival = { lateMs: Math.max(-LATE_BY_ARRIVAL_MAX_MS, Math.min(LATE_BY_ARRIVAL_MAX_MS, lateMs)), walked: 0 };
    this.odd = null;
  }

  /** The date of the next tag by arrival, smoothed. Counts how long the timestamps have walked. */
  dateByArrival(raw: number, now: Moment): number {
    const mode = this.byArrival!;
    const passedMs = now.worldMs - this.cameMs;
    const step = distance(this.line.raw, raw);
    mode.walked = step > 0 && step < 3 * passedMs + 100 ? mode.walked + 1 : 0;
    const dueMs = now.worldMs - mode.lateMs;
    if (dueMs - this.lastMs > Math.max(HOLE_MS, 3 * this.#gapMs)) return Math.round(dueMs);
    return Math.round(this.lastMs + this.#gapMs + (dueMs - this.lastMs - this.#gapMs) / 8);
  }

  get walksAgain(): boolean {
    return this.byArrival !== null && this.byArrival.walked >= WALKING_TAGS;
  }

  /** The tag was dated. */
  dated(atMs: number, now: Moment) {
    const passedMs = now.worldMs - this.cameMs;
    this.#gapMs += (Math.min(passedMs, 1_000) - this.#gapMs) / 16;
    this.lastMs = atMs;
    this.cameMs = now.worldMs;
  }

  get #jitterMs(): number {
    return Math.max(JITTER_MS, this.stepMs / 4);
  }
}
