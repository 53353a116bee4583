// Cuts the fragments of one rendition in one attempt into parts, and puts the parts on the rendition's shelf.
//
// Until the broadcast's rhythm is known all steps are held back; then they are replayed with even parts.

import type { Fragment } from "../../fmp4/fragment.ts";
import { nearestCut, PART_SHARE_MIN, type Rhythm, type Sample } from "../numbers/rhythm.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Part, Shelf } from "../shelf/shelf.ts";

/** A shorter part at the end of a segment can freeze players (reference: tail parts), so it is left out at the end of an attempt. */
const TAIL_MIN_MS = 250;
/** Tolerance for the expected end of a segment. */
const END_TOLERANCE_MS = 15;

export interface Piece {
  data: Fragment["data"];
  /** End of the piece, from the beginning of the segment. */
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
  /** The plan for even parts. `certain`: the length is known, not expected. */
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
      /** A segment has closed. */
      onClosed(slot: Slot, lengthMs: number): void;
    },
  ) {
    this.#rhythm = options.rhythm;
  }

  /** Number of the next part. */
  get nextPart() {
    return this.#n;
  }

  get heldBytes() {
    return this.#heldBytes;
  }

  /** The open segment: how far its parts reach, and how much media waits for the next part. */
  get reach(): { slot: Slot; made: number; cutMs: number; pendingMs: number } | null {
    if (!this.#open) return null;
    const { slot, made, cutMs, posMs, pending } = this.#open;
    return { slot, made, cutMs, pendingMs: pending.length > 0 ? posMs - cutMs : 0 };
  }

  /** The first whole segment that is held back. */
  get sample(): Sample | null {
    const close = this.#held.findIndex(({ type }) => type === "close");
    const step = this.#held[close];
    if (step?.type !== "close") return null;
    const endsMs = this.#held.slice(0, close).flatMap((one) => (one.type === "add" ? [one.piece.endMs] : []));
    return { endsMs, lengthMs: step.lengthMs };
  }

  /** Cuts the held-back media evenly, once the rhythm is known. */
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
    // The fragment is too long for any part, since the source has a hole: cut behind it. The part is listed with PART-TARGET as its duration.
    if ((over && !enough) || this.#cutsHere(open, rhythm, fragmentMs)) this.#emit(open, rhythm);
  }

  #cutsHere(open: Open, rhythm: Rhythm, fragmentMs: number): boolean {
    const { cutMs, posMs, made, planned } = open;
    if (posMs - cutMs < rhythm.partTargetMs * PART_SHARE_MIN) return false;
    const left = planned.parts - made;
    // The last part ends with the segment. Only the next fragment tells that the segment has ended, unless segments are steady.
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
      // No part may exceed PART-TARGET, even where the source has a hole. The next segment's date is exact again.
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
      this.options.shelf.pop(); // No media between two boundaries: a gap in this rendition alone.
      this.options.shelf.place(open.slot, { initHash: null, durationMs: lengthMs });
    } else this.options.shelf.close(lengthMs);
    this.options.onClosed(open.slot, lengthMs);
  }

  /** Ends the open segment when the attempt is over. `flush`: the pending media becomes a last part. Answers the length of the segment; null: it had
   *  no parts and is removed. */
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

/** Joins chunks that are adjacent in memory into one view. */
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
