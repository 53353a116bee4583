// The segment numbers of a broadcast, common to all its renditions, with times and gaps.

export interface Slot {
  readonly number: number;
  /** RTMP time of the session at which the slot begins (presentation), in ms. Meaningless for gaps and for slots of a former owner. */
  readonly startMs: number;
  /** Wall time of the first picture. */
  readonly atMs: number;
  /** Null while the slot is open in all renditions. */
  durationMs: number | null;
  readonly gap: boolean;
  readonly discontinuity: boolean;
  /** Begins with a keyframe. */
  readonly keyed: boolean;
}

/** Ascending, without a missing number. */
export class Slots {
  #slots: Slot[] = [];
  #first: number;
  /** Number of discontinuities among the removed slots. */
  #left: number;

  constructor(options: { firstNumber: number; discontinuitySequence: number }) {
    this.#first = options.firstNumber;
    this.#left = options.discontinuitySequence;
  }

  get last(): Slot | undefined {
    return this.#slots.at(-1);
  }

  get nextNumber() {
    return this.#first + this.#slots.length;
  }

  get(number: number): Slot | undefined {
    return this.#slots[number - this.#first];
  }

  /** The first slot may have any number; each later one must have `nextNumber`. */
  push(slot: Slot) {
    if (this.#slots.length === 0) this.#first = slot.number;
    if (slot.number !== this.nextNumber) throw new Error(`slot ${slot.number} after ${this.nextNumber - 1}`);
    this.#slots.push(slot);
  }

  /** Removes the newest slot, which was never listed. */
  pop() {
    this.#slots.pop();
  }

  between(from: number, to: number): Slot[] {
    return this.#slots.slice(Math.max(0, from - this.#first), Math.max(0, to + 1 - this.#first));
  }

  /** EXT-X-DISCONTINUITY-SEQUENCE of a playlist that begins with `number`. */
  discontinuitySequenceAt(number: number): number {
    let sequence = this.#left;
    for (const slot of this.#slots) if (slot.number < number && slot.discontinuity) sequence++;
    return sequence;
  }

  forgetBefore(number: number) {
    while (this.#slots.length > 0 && this.#first < number) {
      if (this.#slots.shift()?.discontinuity) this.#left++;
      this.#first++;
    }
  }
}

/** Longer holes are spanned at their end only: segments before this many gaps are not listed any more. */
export const GAPS_MAX = 100;

/** Of gaps that leave nothing out, and of so many that few of them are ever listed: a restore raises numbers by 1 000, and media must not wait
 *  until 100 s have passed. */
export const GAP_SHORTEST_MS = 1;

/** How many gaps a hole needs, each at most `targetDurationMs` long, and how much of the hole's end they span. */
export function gapsIn(holeMs: number, targetDurationMs: number): { count: number; spannedMs: number } {
  const count = Math.min(GAPS_MAX, Math.ceil(holeMs / targetDurationMs));
  return { count, spannedMs: Math.min(holeMs, count * targetDurationMs) };
}

/** Gap slots that span a hole of `holeMs` evenly. */
export function gapSlots(
  hole: { fromNumber: number; fromMs: number; holeMs: number; startMs: number },
  count: number,
): Slot[] {
  const durationMs = hole.holeMs / Math.max(1, count);
  return Array.from({ length: count }, (_, i) => ({
    number: hole.fromNumber + i,
    startMs: hole.startMs,
    atMs: hole.fromMs + i * durationMs,
    durationMs,
    gap: true,
    discontinuity: false,
    keyed: false,
  }));
}
