// One run of a rung's encoder: puts its media into the segments that the source has opened, by their times.
//
//   waiting for an init ──► waiting for a keyframe where a segment begins ──► in a segment ──► in the next, or behind gaps
//
// The source never waits for a rung. What the rung has before the source has opened the segment is held; what it has for a number that
// its playlist lists as a gap already is dropped.

import { Mp4Error } from "#runtime/fmp4/box.ts";
import { type Fragment, rewriteTfdt } from "#runtime/fmp4/fragment.ts";
import { type Init, initOf } from "#runtime/fmp4/init.ts";
import { Splitter } from "../../fmp4/splitter.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Shelf } from "../shelf/shelf.ts";
import type { Cutter } from "./cutter.ts";
import { type FragmentTimes, HOLE_MS, Position } from "./fragment-times.ts";

/** Tolerance between renditions: an encoded frame's time differs from the source's by up to half a frame. */
export const ALIGNED_MS = 50;
/** How much earlier and later a rung's keyframe may stand than a segment that begins without one, at most. */
const OFF_GRID_MS = 400;
const LATE_MS = 45;
/** A run that begins within such a segment may wait this long for its first keyframe. */
const FIRST_KEY_MS = 2_050;
/** FRAME-RATE is the median of so many fragments: one whose last picture is stretched over a hole does not count. */
const RATES = 15;
/** More waiting media than this ends the run. */
const HELD_BYTES_MAX = 16 * 1024 * 1024;

/** The attempt, as the runs of its rungs see it. */
export interface RungGuide {
  /** Null: the rhythm is not known yet. `fragmentMs`: length of the rung's pictures. */
  cutter(shelf: Shelf, fragmentMs: number): Cutter | null;
  /** Presentation time up to which the source has opened its segments. */
  readonly reachedMs: number;
  readonly shiftMs: number;
  /** The newest segment with media that begins at `ptsMs` or before. */
  slotAt(ptsMs: number): Slot | undefined;
  /** The next segment with media, if it is open already. */
  slotAfter(number: number): Slot | undefined;
  /** Wall time of that presentation time. */
  atMs(ptsMs: number): number;
  /** Lists gaps for the numbers of this attempt that the shelf lacks below `number`. */
  fill(shelf: Shelf, number: number): void;
  /** Longest EXTINF. The next segment's date is exact again. */
  longestMs(): number;
}

export class RungFeed {
  #init: Init | null = null;
  #queue: Fragment[] = [];
  #queuedBytes = 0;
  #cutter: Cutter | null = null;
  #slot: Slot | null = null;
  #at = new Position(false);
  #over = false;
  #rates: number[] = [];
  readonly #splitter: Splitter;

  constructor(
    readonly shelf: Shelf,
    private readonly guide: RungGuide,
  ) {
    this.#splitter = new Splitter({
      init: (bytes, tracks) => {
        this.#init = initOf({ bytes, tracks });
        this.#at = new Position(tracks.every(({ kind }) => kind !== "video"));
      },
      fragment: (fragment) => {
        this.#queue.push(fragment);
        this.#queuedBytes += fragment.data.length;
      },
    });
  }

  get init() {
    return this.#init;
  }

  /** Pictures per second, as measured; 0: none yet. */
  get fps() {
    return this.#rates.toSorted((a, b) => a - b)[this.#rates.length >> 1] ?? 0;
  }

  /** Its segment, as long as that may still grow; null: no segment is open. */
  get slot() {
    return this.#slot;
  }

  get cutter() {
    return this.#cutter;
  }

  get over() {
    return this.#over;
  }

  /** Throws Mp4Error. */
  push(bytes: Uint8Array) {
    if (this.#over) return;
    this.#splitter.push(bytes);
    this.pump();
    if (this.#queuedBytes > HELD_BYTES_MAX) throw new Mp4Error("too many bytes ahead of the source");
  }

  /** Takes the fragments whose segments are known by now. */
  pump() {
    let taken = 0;
    for (const fragment of this.#queue) {
      if (!this.#take(fragment)) break;
      taken++;
      this.#queuedBytes -= fragment.data.length;
    }
    if (taken > 0) this.#queue = this.#queue.slice(taken);
  }

  /** The run has ended: its open segment ends with the media that is there. */
  end() {
    if (this.#over) return;
    this.#over = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.leave({ flush: this.#cutter?.worthFlushing ?? false });
  }

  /** Gives up the open segment; the next one begins with a keyframe. */
  leave({ flush }: { flush: boolean }) {
    this.#cutter?.finish({ flush });
    this.#slot = null;
  }

  /** False: not yet. */
  #take(fragment: Fragment): boolean {
    const times = this.#at.at(fragment);
    const { dtsMs, ptsMs, endMs, key } = times;
    if (ptsMs > this.guide.reachedMs + 1) return false;
    if (!this.#cutter) {
      if (!key) return true;
      this.#cutter = this.guide.cutter(this.shelf, fragmentMsOf(fragment, endMs - dtsMs));
      if (!this.#cutter) return false;
    }
    this.#count(fragment);
    if (this.#slot) this.#cross(times, this.#slot);
    if (!this.#slot && !this.#join(times)) return true;
    const lengthMs = this.#lengthBeforeHole(this.#slot!);
    if (isBehind(lengthMs, this.#slot!, times)) return true;
    const posMs = Math.max(this.#at.posMs, Math.min(lengthMs, endMs - this.#at.startDtsMs));
    if (this.guide.shiftMs !== 0) rewriteTfdt(fragment, this.guide.shiftMs);
    this.#at.posMs = posMs;
    if (key && !this.#at.soundOnly) this.shelf.keyed(this.#init!.bytes, fragment.data);
    this.#cutter.add({ data: fragment.data, endMs: posMs, independent: key, pictures: times.pictures });
    return true;
  }

  #join(times: FragmentTimes): boolean {
    const { ptsMs, key } = times;
    const slot = key ? this.guide.slotAt(ptsMs + ALIGNED_MS) : undefined;
    if (!slot || slot.number <= (this.shelf.last?.slot.number ?? -1)) return false;
    if (ptsMs > slot.startMs + (slot.keyed ? ALIGNED_MS : FIRST_KEY_MS)) return false;
    this.#begin(slot, times);
    return true;
  }

  /** Moves on to the next segment, or several. */
  #cross(at: FragmentTimes, from: Slot) {
    let current = from;
    for (;;) {
      const next = this.guide.slotAfter(current.number);
      if (!next || !isIn(next, at)) return;
      const { startDtsMs, posMs } = this.#at;
      const lengthMs = at.dtsMs - startDtsMs;
      const endMs = lengthMs - posMs <= HOLE_MS ? lengthMs : posMs;
      const ownMs = Math.max(1, Math.min(endMs, this.guide.longestMs()));
      // The source's length wherever it fits: a successor knows no other.
      const isSame = current.durationMs !== null && Math.abs(ownMs - current.durationMs) <= ALIGNED_MS;
      this.#cutter!.close(isSame ? current.durationMs! : ownMs);
      this.#begin(next, at);
      current = next;
    }
  }

  /** Length of the segment behind which the source has a hole; Infinity: none is known. The encoder fills a hole with silence. */
  #lengthBeforeHole({ number, durationMs }: Slot): number {
    const next = durationMs === null ? undefined : this.guide.slotAfter(number);
    return next && next.number > number + 1 ? durationMs! : Number.POSITIVE_INFINITY;
  }

  #begin(slot: Slot, { dtsMs, ptsMs }: FragmentTimes) {
    this.guide.fill(this.shelf, slot.number);
    const init = this.#init!;
    this.shelf.addInit(init.hash, init.bytes);
    // What begins late in its segment has a date of its own.
    const late = ptsMs > slot.startMs + ALIGNED_MS || ptsMs < slot.startMs - ALIGNED_MS;
    const atMs = late ? this.guide.atMs(ptsMs) : slot.atMs;
    this.#cutter!.open(slot, { init, atMs, clockMs: this.guide.atMs(-this.guide.shiftMs) });
    this.#slot = slot;
    this.#at.begin(dtsMs);
  }

  #count({ tracks }: Fragment) {
    const video = tracks.find(({ track }) => track.kind === "video");
    if (!video || video.duration === 0) return;
    this.#rates = [...this.#rates.slice(1 - RATES), (video.samples * video.track.timescale) / video.duration];
  }
}

/** The fragment stands behind the end of its segment. Sound alone is dated by the media before it. */
function isBehind(lengthMs: number, { startMs }: Slot, { ptsMs, timed }: FragmentTimes): boolean {
  return ptsMs >= startMs + lengthMs + (timed ? ALIGNED_MS : -ALIGNED_MS);
}

/** The fragment belongs to a segment that the source has opened. */
function isIn(slot: Slot, { ptsMs, key }: FragmentTimes): boolean {
  const earlyMs = slot.keyed ? ALIGNED_MS : OFF_GRID_MS;
  return ptsMs >= slot.startMs + (slot.keyed ? ALIGNED_MS : LATE_MS) || (key && ptsMs >= slot.startMs - earlyMs);
}

/** Length of the pictures of a fragment, or of the fragment where it has only sound. */
function fragmentMsOf({ tracks }: Fragment, lengthMs: number): number {
  const samples = tracks.find(({ track }) => track.kind === "video")?.samples ?? 1;
  return Math.max(1, lengthMs / Math.max(1, samples));
}
