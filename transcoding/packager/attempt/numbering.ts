// Opens the segments of an attempt where the source's begin, and numbers them. Rungs follow: see rung-feed.ts.

import { targetDurationOf } from "../numbers/rhythm.ts";
import { gapSlots, gapsIn, type Slot } from "../numbers/slots.ts";
import type { Timeline } from "../timeline.ts";
import { boundaryAt, type Moment } from "./boundary.ts";
import { join } from "./continuation.ts";

interface NumberingOptions {
  timeline: Timeline;
  session: string;
  /** Wall time of the session's time 0. */
  baseMs: number;
  /** Keyframe interval of the source; 0: not known yet. */
  keyframeIntervalMs(): number;
  /** Called before the number is listed anywhere. */
  onOpened(slot: Slot): void;
}

export class Numbering {
  #first: Slot | null = null;
  #firstPlaced = 0;
  #shiftMs = 0;

  constructor(private readonly options: NumberingOptions) {}

  /** The first slot with media of the attempt; null: none yet. */
  get first(): Slot | null {
    return this.#first;
  }

  /** The first number that this attempt added, gaps included. */
  get firstPlaced() {
    return this.#firstPlaced;
  }

  /** Milliseconds to add to the times of this attempt, in all renditions. */
  get shiftMs() {
    return this.#shiftMs;
  }

  /** Joins the attempt to the listed media at its first keyframe. Null: the keyframe is older than the listed media. */
  begin({ ptsMs, dtsMs, initHash }: { ptsMs: number; dtsMs: number; initHash: string }): Slot | null {
    const { timeline, session, baseMs } = this.options;
    const { tail } = timeline;
    const joined = join({ timeline, session, initHash, ptsMs, atMs: baseMs + ptsMs });
    if (!joined) return null;
    this.#firstPlaced = joined.gaps[0]?.number ?? joined.slot.number;
    if (tail?.session === session)
      this.#shiftMs = joined.butt && tail.endMs !== null ? tail.endMs - dtsMs : tail.shiftMs;
    for (const gap of joined.gaps) timeline.slots.push(gap);
    this.#open(joined.slot);
    this.#first = joined.slot;
    return joined.slot;
  }

  /** Opens a segment if one begins here; else null. `turns`: other parameters begin here, so a segment does in any case. */
  decide(at: Moment, { turns }: { turns: boolean }): Slot | null {
    const { timeline, baseMs, keyframeIntervalMs } = this.options;
    const { rhythm, slots, sourceOffered } = timeline;
    const { ptsMs, key, current } = at;
    const boundary = boundaryAt(at, { rhythm, keyframeIntervalMs: keyframeIntervalMs(), sourceOffered });
    if (!boundary && !turns) return null;
    const { holeMs, regular } = boundary ?? { holeMs: 0, regular: false };
    if (regular && !turns) rhythm?.learn(ptsMs - current.startMs);
    const atMs = baseMs + ptsMs;
    const { count, spannedMs } = gapsIn(holeMs, targetDurationOf(rhythm));
    const span = { fromNumber: slots.nextNumber, fromMs: atMs - spannedMs, holeMs: spannedMs, startMs: ptsMs };
    for (const gap of gapSlots(span, count)) slots.push(gap);
    const slot: Slot = {
      number: slots.nextNumber,
      startMs: ptsMs,
      atMs,
      durationMs: null,
      gap: false,
      discontinuity: turns,
      keyed: key,
    };
    this.#open(slot);
    return slot;
  }

  #open(slot: Slot) {
    const { timeline, onOpened } = this.options;
    timeline.slots.push(slot);
    onOpened(slot);
  }
}
