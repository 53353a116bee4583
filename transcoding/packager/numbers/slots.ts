// The segment numbers of a broadcast, common to all its renditions: what begins when, and where a hole is.

export interface Slot {
  readonly number: number;
  /** RTMP time of the session at which it begins (presentation), ms. Means nothing for gaps and for slots of a former owner. */
  readonly startMs: number;
  /** Wall time of its first picture. */
  readonly atMs: number;
  /** Null while it is open in all renditions. */
  durationMs: number | null;
  readonly gap: boolean;
  readonly discontinuity: boolean;
  /** Begins with a keyframe. */
  readonly keyed: boolean;
}

/** Ascending, no number missing. */
export class Slots {
  #slots: Slot[] = [];
  #first: number;
  /** Discontinuities among those that were forgotten. */
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

  /** An empty list may begin anywhere; after that `slot.number` must be `nextNumber`. */
  push(slot: Slot) {
    if (this.#slots.length === 0) this.#first = slot.number;
    if (slot.number !== this.nextNumber) throw new Error(`slot ${slot.number} after ${this.nextNumber - 1}`);
    this.#slots.push(slot);
  }

  /** Takes the newest back: nobody has seen it. */
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

/** Longer holes are spanned at their end only: what is before so many gaps is not listed any more. */
const GAPS_MAX = 100;

/** How many gaps a hole needs, none longer than `targetDurationMs`, and how much of its end they span. */
export function gapsIn(holeMs: number, targetDurationMs: number): { count: number; spannedMs: number } {
  const count = Math.min(GAPS_MAX, Math.ceil(holeMs / targetDurationMs));
  return { count, spannedMs: Math.min(holeMs, count * targetDurationMs) };
}

/** Slots that span a hole of `holeMs` evenly. */
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
