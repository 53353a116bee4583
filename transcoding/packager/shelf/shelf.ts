// The segments and parts of one rendition in a sliding window, bounded in number and in bytes.

import type { Slot } from "../numbers/slots.ts";
import { LiveFeed } from "../serving/live-feed.ts";
import { listedFrom } from "./window.ts";

/** Limit of one rendition, above which the oldest segments lose their bytes: 8 segments of 4 s at 16 Mbit/s. */
export const SHELF_BYTES_MAX = 64 * 1024 * 1024;
/** Parts are listed for this many of the newest segments, the open one included. */
export const SEGMENTS_WITH_PARTS = 3;
/** What is listened to for the level of the sound. */
const LISTENED_MS = 1_000;
const LISTENED_BYTES_MAX = 4 * 1024 * 1024;
/** Segments that keep their bytes after they have left the playlist: players lag a few segments behind. */
const KEPT_BEHIND = 4;

export interface Part {
  /** Number of the attempt's contribution to the broadcast, counted over the process: never the same twice within an epoch. */
  take: number;
  /** Number of the part within its take. */
  n: number;
  durationMs: number;
  /** Begins with a keyframe. */
  independent: boolean;
  chunks: Uint8Array[];
  bytes: number;
}

export interface Segment {
  slot: Slot;
  /** Wall time of the first picture. */
  atMs: number;
  /** Null: this rendition has no media for this number, EXT-X-GAP. */
  initHash: string | null;
  parts: Part[];
  /** For an open segment: the duration of its parts so far. */
  durationMs: number;
  closed: boolean;
  /** The bytes are in memory. False for segments of a former owner. */
  held: boolean;
  bytes: number;
}

/** A picture that can be decoded alone. */
export interface Keyframe {
  init: Uint8Array;
  /** One fragment that begins with it. */
  fragment: Uint8Array;
  /** The newest fragments under the same init segment, a second of them, for how loud their sound is. Empty: none are in memory. */
  newest(): Uint8Array[];
}

export class Shelf {
  #keyframe: Keyframe | null = null;
  readonly inits = new Map<string, Uint8Array>();
  /** What a feed takes, before it is cut into parts. */
  readonly live = new LiveFeed();
  #segments: Segment[] = [];
  readonly #parts = new Map<string, Part>();
  #bytes = 0;
  #changes = 0;
  #partTargetMs: number | null = null;

  /** `follows`: a rung. Its gaps are listed at once, since its playlist must rise beside the source's; gaps of the source are listed with the
   *  media behind them. */
  constructor(
    readonly name: string,
    readonly follows: boolean,
  ) {}

  /** PART-TARGET of this rendition; null: the source's. */
  get partTargetMs() {
    return this.#partTargetMs;
  }

  set partTargetMs(ms: number | null) {
    this.#partTargetMs = ms;
  }

  get bytes() {
    return this.#bytes;
  }

  /** The newest keyframe that a feed has taken; null: none yet. */
  get keyframe(): Keyframe | null {
    return this.#keyframe;
  }

  /** A feed has taken a fragment that begins with a keyframe. */
  keyed(init: Uint8Array, fragment: Uint8Array) {
    this.#keyframe = { init, fragment, newest: () => this.#newest(init) };
  }

  #newest(init: Uint8Array): Uint8Array[] {
    const parts: Part[] = [];
    let leftMs = LISTENED_MS;
    let leftBytes = LISTENED_BYTES_MAX;
    for (const segment of this.#segments.toReversed()) {
      if (segment.initHash === null || this.inits.get(segment.initHash) !== init) break;
      for (const part of segment.parts.toReversed()) {
        leftBytes -= part.bytes;
        if (leftMs <= 0 || leftBytes < 0) return parts.toReversed().flatMap(({ chunks }) => chunks);
        leftMs -= part.durationMs;
        parts.push(part);
      }
    }
    return parts.toReversed().flatMap(({ chunks }) => chunks);
  }

  /** Grows with each change that a playlist could show. */
  get changes() {
    return this.#changes;
  }

  get last(): Segment | undefined {
    return this.#segments.at(-1);
  }

  /** The last segment that has media. */
  get lastMedia(): Segment | undefined {
    return this.#segments.findLast(({ initHash }) => initHash !== null);
  }

  segment(number: number): Segment | undefined {
    const first = this.#segments[0]?.slot.number ?? 0;
    return this.#segments[number - first];
  }

  part(take: number, n: number): Part | undefined {
    return this.#parts.get(`${take}-${n}`);
  }

  /** A playlist may list parts: those of the newest segments. */
  get listsParts() {
    return this.#segments.slice(-SEGMENTS_WITH_PARTS).some(({ parts }) => parts.length > 0);
  }

  /** The parts of the segments above this number. */
  partsAfter(number: number): Part[] {
    return this.#segments.flatMap(({ slot, parts }) => (slot.number > number ? parts : []));
  }

  /** Lowest number whose bytes are in memory; null: none. */
  get firstHeld(): number | null {
    return this.#segments.find(({ held, parts }) => held && parts.length > 0)?.slot.number ?? null;
  }

  /** Adds an init segment, the newest. */
  addInit(hash: string, bytes: Uint8Array) {
    this.inits.delete(hash);
    this.inits.set(hash, bytes);
  }

  /** The whole segments that are in memory. */
  get whole(): readonly Segment[] {
    return this.#segments.filter(({ closed, held, parts }) => closed && held && parts.length > 0);
  }

  /** The closed segments above this number, gaps included. */
  closedAfter(number: number): readonly Segment[] {
    return this.#segments.filter(({ slot, closed }) => closed && slot.number > number);
  }

  /** Whether a playlist that begins at `firstNumber` has a whole segment with media. */
  hasMedia(firstNumber: number): boolean {
    return this.#segments.some(
      ({ slot, initHash, closed }) => slot.number >= firstNumber && closed && initHash !== null,
    );
  }

  /** Adds a closed segment without bytes: a gap when `initHash` is null, else a segment of a former owner. */
  place(slot: Slot, { initHash, durationMs }: { initHash: string | null; durationMs: number }) {
    this.#changes++;
    const { atMs } = slot;
    this.#append({ slot, atMs, initHash, parts: [], durationMs, closed: true, held: false, bytes: 0 });
  }

  open(slot: Slot, { initHash, atMs }: { initHash: string; atMs: number }) {
    this.#changes++;
    this.#append({ slot, atMs, initHash, parts: [], durationMs: 0, closed: false, held: true, bytes: 0 });
  }

  add(part: Part) {
    const open = this.last;
    if (!open || open.closed) throw new Error("a part without an open segment");
    this.#changes++;
    open.parts.push(part);
    open.durationMs += part.durationMs;
    open.bytes += part.bytes;
    this.#bytes += part.bytes;
    this.#parts.set(`${part.take}-${part.n}`, part);
    for (const segment of this.#segments) {
      if (this.#bytes <= SHELF_BYTES_MAX || segment === open) break;
      this.#release(segment);
    }
  }

  close(durationMs: number) {
    const open = this.last;
    if (!open || open.closed) throw new Error("no open segment to close");
    this.#changes++;
    open.durationMs = durationMs;
    open.closed = true;
  }

  /** Removes the last segment, which has no parts. */
  pop() {
    this.#changes++;
    this.#segments.pop();
  }

  /** First number that a playlist would list if numbers up to `limit` may be shown; null: there is nothing to show. */
  firstWanted(limit: number, targetDurationMs: number): number | null {
    const to = this.#lastShown(limit);
    return to < 0 ? null : this.#segments[listedFrom(this.#segments, { to, targetDurationMs })]!.slot.number;
  }

  /** The segments that a playlist lists from `firstNumber` on. Gaps are listed only with the media that follows them. */
  listed(firstNumber: number, limit: number): Segment[] {
    const to = this.#lastShown(limit);
    return this.#segments.slice(0, to + 1).filter(({ slot }) => slot.number >= firstNumber);
  }

  /** The highest number that a playlist would list; -1: none. */
  lastShownNumber(limit: number): number {
    return this.#segments[this.#lastShown(limit)]?.slot.number ?? -1;
  }

  #lastShown(limit: number): number {
    return this.#segments.findLastIndex(
      ({ slot, initHash, parts, closed }) =>
        slot.number <= limit && (this.follows || initHash !== null) && (closed || parts.length > 0),
    );
  }

  /** Removes segments that left the playlist a while ago. */
  trim(firstListed: number) {
    while (this.#segments.length > 1 && this.#segments[0]!.slot.number < firstListed - KEPT_BEHIND)
      this.#release(this.#segments.shift()!);
    this.#forgetInits();
  }

  /** A rung that was away for longer than the window knows no number before `segment`. */
  #append(segment: Segment) {
    if (this.last && segment.slot.number !== this.last.slot.number + 1)
      for (const old of this.#segments.splice(0)) this.#release(old);
    this.#segments.push(segment);
  }

  #release(segment: Segment) {
    for (const { take, n } of segment.parts) this.#parts.delete(`${take}-${n}`);
    this.#bytes -= segment.bytes;
    segment.bytes = 0;
    segment.parts = [];
    segment.held = false;
  }

  #forgetInits() {
    if (this.inits.size < 2) return;
    const newest = [...this.inits.keys()].at(-1);
    const used = new Set(this.#segments.map(({ initHash }) => initHash));
    for (const hash of this.inits.keys()) if (hash !== newest && !used.has(hash)) this.inits.delete(hash);
  }
}
