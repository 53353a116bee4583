// The source in one attempt: finds where its segments begin, and passes its fragments to the cutter.
//
//   waiting for an init ──► waiting for a keyframe ──► in a segment ──(boundary, or another init)──► in the next

import { type Fragment, rewriteTfdt } from "#runtime/fmp4/fragment.ts";
import { type Init, initOf, type SourceInit } from "#runtime/fmp4/init.ts";
import { ROUNDING_LEFT_MS, SEGMENT_MAX_MS } from "../numbers/rhythm.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Timeline } from "../timeline.ts";
import type { Moment } from "./boundary.ts";
import type { Cutter } from "./cutter.ts";
import { type FragmentTimes, HOLE_MS, Position } from "./fragment-times.ts";
import type { Numbering } from "./numbering.ts";

interface SourceFeedOptions {
  timeline: Timeline;
  numbering: Numbering;
  cutter: Cutter;
  /** A segment has begun, and the one before is closed. */
  onOpened(slot: Slot): void;
}

export class SourceFeed {
  #init: Init | null = null;
  /** Begins with the next keyframe. */
  #nextInit: Init | null = null;
  #slot: Slot | null = null;
  #reachedMs = Number.NEGATIVE_INFINITY;
  readonly #at = new Position(false);

  constructor(private readonly options: SourceFeedOptions) {}

  get cutter() {
    return this.options.cutter;
  }

  /** The init segment of the newest fragments; null: none yet. */
  get init() {
    return this.#init;
  }

  /** The newest opened segment. */
  get slot() {
    return this.#slot;
  }

  /** Presentation time, before any shift, up to which all segments are opened. */
  get reachedMs() {
    return this.#reachedMs;
  }

  /** Shifted decode time of a position in the open segment. */
  movedDtsMs(posMs: number) {
    return this.#at.startDtsMs + posMs + this.options.numbering.shiftMs;
  }

  /** True when its parameters differ from those before. They take effect at the next keyframe. */
  setInit(source: SourceInit): boolean {
    const init = initOf(source);
    if (this.#slot === null) {
      this.#init = init;
      return true;
    }
    this.#nextInit = init.hash === this.#init?.hash ? null : init;
    return this.#nextInit !== null;
  }

  /** Throws Mp4Error. */
  add(fragment: Fragment) {
    const times = this.#at.at(fragment);
    const { ptsMs, endMs, key } = times;
    if (this.#slot) this.#cross(times, this.#slot);
    else if (!this.#join(times)) return;
    if (times.timed) this.#reachedMs = Math.max(this.#reachedMs, ptsMs);
    const { shiftMs } = this.options.numbering;
    const posMs = Math.max(this.#at.posMs, endMs - this.#at.startDtsMs);
    if (shiftMs !== 0) rewriteTfdt(fragment, shiftMs);
    this.#at.posMs = posMs;
    if (key) this.options.timeline.source.keyed(this.#init!.bytes, fragment.data);
    this.cutter.add({ data: fragment.data, endMs: posMs, independent: key, pictures: times.pictures });
  }

  #join({ dtsMs, ptsMs, key }: FragmentTimes): boolean {
    if (!key || !this.#init) return false;
    const slot = this.options.numbering.begin({ ptsMs, dtsMs, initHash: this.#init.hash });
    if (!slot) return false;
    this.#place(slot, { dtsMs, after: this.options.numbering.firstPlaced - 1 });
    return true;
  }

  /** Moves on to the next segment if one begins here. */
  #cross({ dtsMs, ptsMs, endMs, key }: FragmentTimes, current: Slot) {
    const { startDtsMs, posMs } = this.#at;
    const at: Moment = { ptsMs, key, current, reachMs: endMs - startDtsMs, posMs };
    const turns = key && this.#nextInit !== null;
    const slot = this.options.numbering.decide(at, { turns });
    if (!slot) return;
    const lengthMs = dtsMs - startDtsMs;
    // Before a hole, and where a shorter one would make the segment too long, the media ends before the next segment begins.
    const maxMs = this.options.timeline.rhythm?.segmentMaxMs ?? SEGMENT_MAX_MS;
    const whole = lengthMs - posMs <= HOLE_MS && lengthMs <= maxMs + ROUNDING_LEFT_MS;
    this.cutter.close(whole ? Math.max(1, lengthMs) : posMs);
    if (turns) {
      this.#init = this.#nextInit;
      this.#nextInit = null;
    }
    this.#place(slot, { dtsMs, after: current.number });
  }

  #place(slot: Slot, { dtsMs, after }: { dtsMs: number; after: number }) {
    for (const gap of this.options.timeline.slots.between(after + 1, slot.number - 1))
      this.cutter.gap(gap, gap.durationMs ?? 0);
    const init = this.#init!;
    this.options.timeline.source.addInit(init.hash, init.bytes);
    const { startMs, atMs } = slot;
    this.cutter.open(slot, { init, atMs, clockMs: atMs - startMs - this.options.numbering.shiftMs });
    this.#slot = slot;
    this.#at.begin(dtsMs);
    this.options.onOpened(slot);
  }
}
