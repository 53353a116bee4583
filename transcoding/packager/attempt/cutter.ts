// Makes parts of the fragments of one rendition in one attempt, and puts them on its shelf.
//
// Until the broadcast's rhythm is known everything is held back; then it is done again, evenly.

import type { Fragment } from "../../fmp4/fragment.ts";
import { nearestCut, PART_SHARE_MIN, type Rhythm, type Sample } from "../numbers/rhythm.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Part, Shelf } from "../shelf/shelf.ts";

/** A part shorter than this at the end of a segment can freeze players (reference: tail parts); at the end of an attempt it is left out. */
const TAIL_MIN_MS = 250;
/** The end of a segment that is expected is met within this. */
const END_TOLERANCE_MS = 15;

export interface Piece {
  data: Fragment["data"];
  /** Where it ends, from the beginning of the segment. */
  endMs: number;
  independent: boolean;
}

type Step =
  | { type: "gap"; slot: Slot; durationMs: number }
  | { type: "open"; slot: Slot; initHash: string }
  | { type: "add"; piece: Piece }
  | { type: "close"; lengthMs: number };

interface Open {
  slot: Slot;
  /** Even parts planned; null: as many as come. */
  planned: { parts: number; lengthMs: number; certain: boolean };
  made: number;
  cutMs: number;
  posMs: number;
  pending: Piece[];
}

export class Cutter {
  #rhythm: Rhythm | null;
  #held: Step[] = [];
  #heldBytes = 0;
  #open: Open | null = null;
  #n = 0;

  constructor(
    private readonly options: {
      shelf: Shelf;
      /** See Part. */
      take: number;
      rhythm: Rhythm | null;
      /** A segment closed. */
      onClosed(slot: Slot, lengthMs: number): void;
    },
  ) {
    this.#rhythm = options.rhythm;
  }

  /** Number of the part that comes next. */
  get nextPart() {
    return this.#n;
  }

  get heldBytes() {
    return this.#heldBytes;
  }

  /** Of the open segment: how far its parts reach, and what waits behind them. */
  get reach(): { slot: Slot; made: number; cutMs: number; pendingMs: number } | null {
    if (!this.#open) return null;
    const { slot, made, cutMs, posMs, pending } = this.#open;
    return { slot, made, cutMs, pendingMs: pending.length > 0 ? posMs - cutMs : 0 };
  }

  /** The first whole segment of what is held back. */
  get sample(): Sample | null {
    const close = this.#held.findIndex(({ type }) => type === "close");
    const step = this.#held[close];
    if (step?.type !== "close") return null;
    const endsMs = this.#held.slice(0, close).flatMap((one) => (one.type === "add" ? [one.piece.endMs] : []));
    return { endsMs, lengthMs: step.lengthMs };
  }

  /** The rhythm is known: what was held back is cut evenly. */
  release(rhythm: Rhythm) {
    this.#rhythm = rhythm;
    const steps = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const [i, step] of steps.entries()) {
      if (step.type === "open") {
        const close = steps.find((later, j): later is Step & { type: "close" } => j > i && later.type === "close");
        this.#begin(step.slot, step.initHash, close ? { lengthMs: close.lengthMs, certain: true } : null);
      } else this.#do(step);
    }
  }

  gap(slot: Slot, durationMs: number) {
    this.#do({ type: "gap", slot, durationMs });
  }

  open(slot: Slot, initHash: string) {
    this.#do({ type: "open", slot, initHash });
  }

  add(piece: Piece) {
    this.#do({ type: "add", piece });
  }

  close(lengthMs: number) {
    this.#do({ type: "close", lengthMs });
  }

  #do(step: Step) {
    if (!this.#rhythm) {
      this.#held.push(step);
      if (step.type === "add") this.#heldBytes += step.piece.data.length;
      return;
    }
    switch (step.type) {
      case "gap":
        this.options.shelf.place(step.slot, { initHash: null, durationMs: step.durationMs });
        return this.options.onClosed(step.slot, step.durationMs);
      case "open":
        return this.#begin(step.slot, step.initHash, null);
      case "add":
        return this.#add(step.piece, this.#rhythm);
      case "close":
        return this.#close(step.lengthMs, this.#rhythm);
    }
  }

  #begin(slot: Slot, initHash: string, known: { lengthMs: number; certain: boolean } | null) {
    const rhythm = this.#rhythm!;
    const { lengthMs, certain } = known ?? { lengthMs: rhythm.segmentMs, certain: false };
    this.options.shelf.open(slot, initHash);
    const planned = { parts: rhythm.partsIn(lengthMs), lengthMs, certain };
    this.#open = { slot, planned, made: 0, cutMs: 0, posMs: 0, pending: [] };
  }

  #add(piece: Piece, rhythm: Rhythm) {
    const open = this.#open!;
    const endMs = Math.max(open.posMs, piece.endMs);
    const over = endMs - open.cutMs > rhythm.partTargetMs;
    const enough = open.posMs - open.cutMs >= rhythm.partTargetMs * PART_SHARE_MIN;
    if (over && enough) this.#emit(open, rhythm);
    const fragmentMs = endMs - open.posMs;
    open.pending.push(piece);
    open.posMs = endMs;
    // A fragment too long for any part, where the source has a hole: cut behind it, and said to be as long as a part may be.
    if ((over && !enough) || this.#cutsHere(open, rhythm, fragmentMs)) this.#emit(open, rhythm);
  }

  #cutsHere(open: Open, rhythm: Rhythm, fragmentMs: number): boolean {
    const { cutMs, posMs, made, planned } = open;
    if (posMs - cutMs < rhythm.partTargetMs * PART_SHARE_MIN) return false;
    const left = planned.parts - made;
    // The last one ends with the segment. Whether it has ended only the next fragment tells, unless it always ends here.
    if (left === 1) return !planned.certain && rhythm.steady && posMs >= planned.lengthMs - END_TOLERANCE_MS;
    const targetMs = left > 1 ? (planned.lengthMs - cutMs) / left : rhythm.partMs;
    return nearestCut({ cutMs, posMs, fragmentMs, targetMs });
  }

  #emit(open: Open, rhythm: Rhythm) {
    const { pending, posMs, cutMs } = open;
    if (pending.length === 0) return;
    const chunks = merged(pending.map(({ data }) => data));
    const part: Part = {
      take: this.options.take,
      n: this.#n++,
      // PART-TARGET holds even where the source has a hole; the next segment's date is true again.
      durationMs: Math.min(rhythm.partTargetMs, Math.max(1, posMs - cutMs)),
      independent: pending[0]!.independent,
      chunks,
      bytes: chunks.reduce((sum, { length }) => sum + length, 0),
    };
    open.pending = [];
    open.cutMs = posMs;
    open.made++;
    this.options.shelf.add(part);
  }

  #close(lengthMs: number, rhythm: Rhythm) {
    const open = this.#open!;
    this.#open = null;
    if (open.pending.length > 0) open.posMs = Math.max(lengthMs, open.cutMs);
    this.#emit(open, rhythm);
    if (open.made === 0) {
      this.options.shelf.pop(); // Nothing came between two boundaries: a gap of this rendition alone.
      this.options.shelf.place(open.slot, { initHash: null, durationMs: lengthMs });
    } else this.options.shelf.close(lengthMs);
    this.options.onClosed(open.slot, lengthMs);
  }

  /** The attempt is over: its last parts reach `toMs` or as far as there is media. Answers where the segment ends; null: it never served anything and is gone. */
  finish({ flush }: { flush: boolean }): number | null {
    const rhythm = this.#rhythm;
    const open = this.#open;
    if (!rhythm || !open) return null;
    if (flush) this.#emit(open, rhythm);
    else open.pending = [];
    this.#open = null;
    if (open.made === 0) {
      this.options.shelf.pop();
      return null;
    }
    this.options.shelf.close(open.cutMs);
    return open.cutMs;
  }
}

export const worthFlushing = (pendingMs: number) => pendingMs >= TAIL_MIN_MS;

/** Neighbours in memory become one view. */
function merged(chunks: Uint8Array[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (const chunk of chunks) {
    const last = out.at(-1);
    if (last && last.buffer === chunk.buffer && last.byteOffset + last.byteLength === chunk.byteOffset)
      out[out.length - 1] = new Uint8Array(
        last.buffer as ArrayBuffer,
        last.byteOffset,
        last.byteLength + chunk.byteLength,
      );
    else out.push(chunk);
  }
  return out;
}
