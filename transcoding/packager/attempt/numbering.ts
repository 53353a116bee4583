// Decides where the segments of an attempt begin, and numbers them, for all its renditions. The first rendition to arrive decides, the others
// follow.

import { gapSlots, gapsIn, type Slot } from "../numbers/slots.ts";
import type { Timeline } from "../timeline.ts";
import { boundaryAt } from "./boundary.ts";
import { join } from "./continuation.ts";
import { finish } from "./ending.ts";
import { ALIGNED_MS, type Feed, type FeedNumbering, type Moment } from "./feed.ts";

interface NumberingOptions {
  timeline: Timeline;
  session: string;
  /** Wall time of RTMP time 0. */
  baseMs: number;
  /** Hash of the init segment by rendition. Called once all inits are known. */
  inits(): Map<string, string>;
  /** Keyframe interval of the source; 0: not known yet. */
  keyframeIntervalMs(): number;
  /** Called before the number is listed anywhere. */
  onOpened(number: number): void;
  /** The end of the attempt has closed the slot. */
  onClosed(slot: Slot): void;
}

export class Numbering implements FeedNumbering {
  #first: Slot | null = null;
  /** The first number that this attempt added, gaps included. */
  #firstPlaced = 0;
  #butt = false;
  #commonShiftMs: number | null = null;

  constructor(private readonly options: NumberingOptions) {}

  /** The first slot with media of the attempt; null: none yet. */
  get first(): Slot | null {
    return this.#first;
  }

  firstSlot(ptsMs: number): Slot | null {
    if (!this.#first) return this.#join(ptsMs);
    if (ptsMs < this.#first.startMs - ALIGNED_MS) return null;
    const { slots } = this.options.timeline;
    let found = this.#first;
    for (const slot of slots.between(found.number, slots.nextNumber))
      if (!slot.gap && slot.startMs - ALIGNED_MS <= ptsMs) found = slot;
    return found;
  }

  slotAfter(number: number): Slot | undefined {
    const { slots } = this.options.timeline;
    for (let next = number + 1; next < slots.nextNumber; next++) {
      const slot = slots.get(next);
      if (slot && !slot.gap) return slot;
    }
    return undefined;
  }

  decide(at: Moment): Slot | null {
    const { timeline, baseMs, keyframeIntervalMs } = this.options;
    const { rhythm, slots } = timeline;
    const { ptsMs, key, current } = at;
    const boundary = boundaryAt(at, { rhythm, keyframeIntervalMs: keyframeIntervalMs() });
    if (!boundary) return null;
    const { holeMs, regular } = boundary;
    if (regular) rhythm?.learn(ptsMs - current.startMs);
    const atMs = baseMs + ptsMs;
    const { count, spannedMs } = rhythm ? gapsIn(holeMs, rhythm.targetDurationMs) : { count: 0, spannedMs: 0 };
    const span = { fromNumber: slots.nextNumber, fromMs: atMs - spannedMs, holeMs: spannedMs, startMs: ptsMs };
    for (const gap of gapSlots(span, count)) slots.push(gap);
    const slot: Slot = {
      number: slots.nextNumber,
      startMs: ptsMs,
      atMs,
      durationMs: null,
      gap: false,
      discontinuity: false,
      keyed: key,
    };
    this.#open(slot);
    return slot;
  }

  missed(after: Slot | null, slot: Slot) {
    const from = after ? after.number + 1 : this.#firstPlaced;
    const { slots } = this.options.timeline;
    return slots.between(from, slot.number - 1).map((one) => ({
      slot: one,
      durationMs: one.gap ? one.durationMs! : (slots.get(one.number + 1)?.startMs ?? one.startMs) - one.startMs,
    }));
  }

  shiftMs(feed: Feed, startDtsMs: number): number {
    const { timeline, session } = this.options;
    const { tail } = timeline;
    if (!tail || tail.session !== session) return 0;
    if (!this.#butt) return tail.shiftsMs.get(feed.rendition) ?? 0;
    const endMs = tail.endsMs.get(feed.rendition);
    const shiftMs = endMs === undefined ? (this.#commonShiftMs ?? 0) : endMs - startDtsMs;
    this.#commonShiftMs ??= shiftMs;
    return shiftMs;
  }

  segmentMaxMs(): number {
    return this.options.timeline.rhythm?.segmentMaxMs ?? Number.POSITIVE_INFINITY;
  }

  /** Ends the attempt: closes the open segments of all feeds. `feeds`: the source first. */
  close(feeds: Feed[]) {
    if (!this.#first) return;
    const { timeline, session, onClosed } = this.options;
    const { slots, rhythm } = timeline;
    if (!rhythm) {
      // Nothing was listed, so the numbers are free again.
      while (slots.nextNumber > this.#firstPlaced) slots.pop();
      return;
    }
    const tail = finish({ timeline, feeds, firstPlaced: this.#firstPlaced, session });
    if (!tail) return;
    timeline.endAt(tail);
    for (const slot of slots.between(this.#firstPlaced, slots.nextNumber)) onClosed(slot);
  }

  /** Joins the attempt to the listed media at its first keyframe. */
  #join(ptsMs: number): Slot | null {
    const { timeline, session, baseMs, inits } = this.options;
    const joined = join({ timeline, session, inits: inits(), ptsMs, atMs: baseMs + ptsMs });
    if (!joined) return null;
    this.#butt = joined.butt;
    this.#firstPlaced = joined.gaps[0]?.number ?? joined.slot.number;
    for (const gap of joined.gaps) timeline.slots.push(gap);
    this.#open(joined.slot);
    this.#first = joined.slot;
    return joined.slot;
  }

  #open(slot: Slot) {
    const { timeline, onOpened } = this.options;
    timeline.slots.push(slot);
    onOpened(slot.number);
  }
}
