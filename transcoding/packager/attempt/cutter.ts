// Cuts the fragments of one rendition in one attempt into parts, and puts the parts on the rendition's shelf.
//
// Until the broadcast's rhythm is known the source's steps are held back; then they are replayed with even parts.

import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { Init } from "#runtime/fmp4/init.ts";
import { partsMade } from "../metrics.ts";
import { nearestCut, PART_SHARE_MIN, type PartPlan, type Sample } from "../numbers/part-plan.ts";
import { type Rhythm, ROUNDING_LEFT_MS, SEGMENT_SHORT_MS } from "../numbers/rhythm.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Part, Shelf } from "../shelf/shelf.ts";

/** A shorter part at the end of a segment can freeze players (reference: tail parts), so it is left out at the end of an attempt. */
const TAIL_MIN_MS = 250;
/** Tolerance for the expected end of a segment. */
const END_TOLERANCE_MS = 15;
/** With fewer pictures a segment says little about their length. */
const PICTURES_MIN = 5;

export interface Piece {
  data: Fragment["data"];
  /** End of the piece, from the beginning of the segment. */
  endMs: number;
  independent: boolean;
  pictures: number;
}

type Step =
  | { type: "gap"; slot: Slot; durationMs: number }
  | { type: "open"; slot: Slot; initHash: string; atMs: number }
  | { type: "add"; piece: Piece }
  | { type: "close"; lengthMs: number };

/** The plan for even parts. `certain`: the length is known, not expected. */
interface Planned {
  parts: number;
  lengthMs: number;
  certain: boolean;
}

/** How a segment begins. */
export interface Opening {
  init: Init;
  /** Wall time of the first picture. */
  atMs: number;
  /** Wall time of media time 0. */
  clockMs: number;
}

interface Open {
  slot: Slot;
  /** Null before the first piece. */
  planned: Planned | null;
  /** The length of the segment, when it was held back until it was whole. */
  knownMs: number | null;
  made: number;
  cutMs: number;
  posMs: number;
  /** Time of holes that no part may list, see `#emit`. */
  unlistedMs: number;
  pictures: number;
  pending: Piece[];
}

/** Numbers of parts: they rise within a take, over all runs of a rendition in an attempt. */
export interface PartNumbers {
  readonly take: number;
  next(): number;
}

interface CutterOptions {
  shelf: Shelf;
  numbers: PartNumbers;
  /** Null: hold back until `release`. */
  rhythm: Rhythm | null;
  /** The rendition's own; default: the rhythm's. */
  plan?: PartPlan;
  /** A segment has closed. `lengthMs`: with the time of holes that it does not list. */
  onClosed(slot: Slot, lengthMs: number): void;
}

export class Cutter {
  #rhythm: Rhythm | null;
  #held: Step[] = [];
  #heldBytes = 0;
  #open: Open | null = null;
  /** Of the newest segment, which may be held back. */
  #number = 0;
  /** Length of a picture of the rendition, or of its fragments where it has none, as measured; null: not yet. */
  #fragmentMs: number | null = null;

  constructor(private readonly options: CutterOptions) {
    this.#rhythm = options.rhythm;
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

  /** The first whole segment that is held back and long enough to tell a rhythm. */
  get sample(): Sample | null {
    let endsMs: number[] = [];
    for (const step of this.#held) {
      if (step.type === "open") endsMs = [];
      else if (step.type === "add") {
        if (step.piece.endMs > (endsMs.at(-1) ?? 0) + 0.5) endsMs.push(step.piece.endMs);
      } else if (step.type === "close" && step.lengthMs >= SEGMENT_SHORT_MS && endsMs.length > 0)
        return { endsMs, lengthMs: step.lengthMs };
    }
    return null;
  }

  /** Cuts the held-back media evenly, once the rhythm is known. */
  release(rhythm: Rhythm) {
    this.#rhythm = rhythm;
    this.#fragmentMs = this.#plan.fragmentMs;
    const steps = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const [i, step] of steps.entries()) {
      if (step.type === "open") {
        const close = steps.find((later, j): later is Step & { type: "close" } => j > i && later.type === "close");
        this.#begin(step, close?.lengthMs ?? null);
      } else this.#do(step);
    }
  }

  gap(slot: Slot, durationMs: number) {
    this.#do({ type: "gap", slot, durationMs });
  }

  open(slot: Slot, { init, atMs, clockMs }: Opening) {
    this.#number = slot.number;
    this.options.shelf.live.open(init, clockMs);
    this.#do({ type: "open", slot, initHash: init.hash, atMs });
  }

  add(piece: Piece) {
    const { data, independent: key } = piece;
    this.options.shelf.live.add({ number: this.#number, part: this.#open?.made ?? 0, key, data });
    this.#do({ type: "add", piece });
  }

  close(lengthMs: number) {
    this.#do({ type: "close", lengthMs });
  }

  get #plan(): PartPlan {
    return this.options.plan ?? this.#rhythm!.parts;
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
        return this.#begin(step, null);
      case "add":
        return this.#add(step.piece, this.#rhythm);
      case "close":
        return this.#close(step.lengthMs);
    }
  }

  #begin({ slot, initHash, atMs }: Step & { type: "open" }, knownMs: number | null) {
    this.options.shelf.open(slot, { initHash, atMs });
    this.#open = { slot, knownMs, planned: null, made: 0, cutMs: 0, posMs: 0, unlistedMs: 0, pictures: 0, pending: [] };
  }

  #add(piece: Piece, rhythm: Rhythm) {
    const open = this.#open!;
    const { targetMs } = this.#plan;
    const endMs = Math.max(open.posMs, piece.endMs);
    const over = endMs - open.cutMs > targetMs;
    const enough = open.posMs - open.cutMs >= targetMs * PART_SHARE_MIN;
    if (over && enough) this.#emit(open);
    const fragmentMs = endMs - open.posMs;
    open.pending.push(piece);
    open.pictures += piece.pictures;
    open.posMs = endMs;
    open.planned = this.#planned(open, rhythm);
    // The fragment is too long for any part, since the source has a hole: cut behind it. The part is listed with PART-TARGET as its duration.
    if ((over && !enough) || this.#cutsHere(open, open.planned, { fragmentMs, steady: rhythm.steady }))
      this.#emit(open);
  }

  #planned({ planned, slot, knownMs, made, cutMs, posMs, pictures }: Open, rhythm: Rhythm): Planned {
    if (planned?.certain) return planned;
    // The source closes a segment before its rungs do.
    const known = knownMs ?? slot.durationMs;
    if (planned && known === null) return planned;
    const lengthMs = known ?? rhythm.segmentMs;
    // One picture alone may be rounded by a millisecond.
    const first =
      pictures > 0 && posMs > 5 ? { fragmentMs: posMs / pictures, offMs: 1 } : { fragmentMs: this.#plan.fragmentMs };
    const fragment = this.#fragmentMs === null ? first : { fragmentMs: this.#fragmentMs };
    return { parts: made + this.#plan.partsIn(lengthMs - cutMs, fragment), lengthMs, certain: known !== null };
  }

  #cutsHere(
    { cutMs, posMs, made }: Open,
    { parts, lengthMs, certain }: Planned,
    { fragmentMs, steady }: { fragmentMs: number; steady: boolean },
  ): boolean {
    const { targetMs, partMs } = this.#plan;
    if (posMs - cutMs < targetMs * PART_SHARE_MIN) return false;
    const left = parts - made;
    // The last part ends with the segment. Only the next fragment tells that the segment has ended, unless its length is foreseen.
    if (left === 1) return (certain || steady) && posMs >= lengthMs - END_TOLERANCE_MS;
    return nearestCut({ cutMs, posMs, fragmentMs, targetMs: left > 1 ? (lengthMs - cutMs) / left : partMs });
  }

  #emit(open: Open) {
    const { pending, posMs, cutMs } = open;
    if (pending.length === 0) return;
    const chunks = merged(pending.map(({ data }) => data));
    const { numbers, shelf } = this.options;
    const spanMs = Math.max(1, posMs - cutMs);
    // No part may exceed PART-TARGET, even where the source has a hole. The segment leaves out that time too, since parts make up their segment.
    // The next segment's date is exact again.
    const durationMs = Math.min(this.#plan.targetMs, spanMs);
    open.unlistedMs += spanMs - durationMs;
    const part: Part = {
      take: numbers.take,
      n: numbers.next(),
      durationMs,
      independent: pending.some(({ independent }) => independent),
      chunks,
      bytes: chunks.reduce((sum, { length }) => sum + length, 0),
    };
    open.pending = [];
    open.cutMs = posMs;
    open.made++;
    shelf.add(part);
    partsMade.inc();
  }

  #close(untilMs: number) {
    const open = this.#open!;
    this.#open = null;
    const lengthMs = this.#lengthOf(open, untilMs);
    if (open.pictures >= PICTURES_MIN && lengthMs - open.posMs < open.posMs / open.pictures)
      this.#fragmentMs = lengthMs / open.pictures;
    if (open.pending.length > 0) open.posMs = Math.max(lengthMs, open.cutMs);
    this.#emit(open);
    if (open.made === 0) {
      this.options.shelf.pop(); // No media between two boundaries: a gap in this rendition alone.
      this.options.shelf.place(open.slot, { initHash: null, durationMs: lengthMs });
    } else this.options.shelf.close(lengthMs - open.unlistedMs);
    this.options.onClosed(open.slot, lengthMs);
  }

  /** Parts make up their segment: media that is all listed, and ended before the segment did or after it, ends the segment. */
  #lengthOf({ pending, made, cutMs }: Open, untilMs: number): number {
    if (pending.length > 0 || made === 0) return untilMs;
    const longestMs = this.#rhythm!.segmentMaxMs + ROUNDING_LEFT_MS;
    if (cutMs > untilMs + END_TOLERANCE_MS) return Math.min(cutMs, longestMs);
    return Math.min(untilMs, cutMs + END_TOLERANCE_MS);
  }

  /** The pending media is long enough to become a last part. */
  get worthFlushing() {
    const { reach } = this;
    return reach !== null && reach.pendingMs >= Math.min(TAIL_MIN_MS, this.#plan.targetMs * PART_SHARE_MIN);
  }

  /** Ends the open segment when its media is over. `flush`: the pending media becomes a last part. Answers the length of the segment; null: it had
   *  no parts and is removed. */
  finish({ flush }: { flush: boolean }): number | null {
    const open = this.#open;
    if (!this.#rhythm || !open) return null;
    if (flush) this.#emit(open);
    this.#open = null;
    if (open.made === 0) {
      this.options.shelf.pop();
      return null;
    }
    this.options.shelf.close(open.cutMs - open.unlistedMs);
    return open.cutMs;
  }
}

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
