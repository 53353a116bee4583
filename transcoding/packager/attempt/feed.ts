// FFmpeg's output for one rendition in one attempt: finds where segments begin, and passes the fragments to the cutter.
//
//   waiting for all inits ──► waiting for a keyframe ──► in a segment ──(boundary)──► in the next
//
// numbering.ts decides once for all renditions where segments begin.

import { type Fragment, type FragmentTrack, rewriteTfdt } from "../../fmp4/fragment.ts";
import type { Track } from "../../fmp4/init.ts";
import { Splitter } from "../../fmp4/splitter.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Cutter } from "./cutter.ts";

/** Tolerance between renditions: a transcoded frame's time differs from the source's by up to half a frame. */
export const ALIGNED_MS = 50;
/** Media missing for longer is a hole, whose time is spanned by gaps. */
export const HOLE_MS = 1_000;

/** Assumed duration of the last picture before a hole. */
const LAST_PICTURE_MS = 100;

interface Init {
  hash: string;
  bytes: Uint8Array;
  tracks: Track[];
}

/** The attempt, as its feeds call it. */
export interface FeedOwner {
  hasInit(feed: Feed): void;
  /** A fragment has arrived and is not processed yet. */
  arrived(feed: Feed, fragment: Fragment): void;
}

/** The numbering of segments, as feeds ask it. */
export interface FeedNumbering {
  /** The segment of a keyframe at `ptsMs`; null: the keyframe is too old to be shown. */
  firstSlot(ptsMs: number): Slot | null;
  /** The next segment with media after `number`, if one is open already. */
  slotAfter(number: number): Slot | undefined;
  /** Opens a segment if one begins here; else null. */
  decide(at: Moment): Slot | null;
  /** The slots between `after`, the last slot of this rendition (null: the attempt has none yet), and `slot`. */
  missed(after: Slot | null, slot: Slot): { slot: Slot; durationMs: number }[];
  /** Milliseconds to add to the times of this rendition, whose first segment begins at `startDtsMs`. */
  shiftMs(feed: Feed, startDtsMs: number): number;
  /** Longest allowed segment; Infinity until the rhythm is known. */
  segmentMaxMs(): number;
}

/** A fragment that may begin a segment. */
export interface Moment {
  ptsMs: number;
  /** The fragment begins with a keyframe. */
  key: boolean;
  current: Slot;
  /** Length of the current segment with the fragment (`reachMs`) and without it (`posMs`). */
  reachMs: number;
  posMs: number;
}

export class Feed {
  init: Init | null = null;
  /** Fragments held until the inits of all renditions are known; null after that. */
  #queue: Fragment[] | null = [];
  #queuedBytes = 0;
  #slot: Slot | null = null;
  #startDtsMs = 0;
  /** Presentation time minus decode time, at the last keyframe. */
  #leadMs = 0;
  #posMs = 0;
  #shiftMs = 0;
  readonly #splitter: Splitter;

  constructor(
    readonly rendition: string,
    owner: FeedOwner,
    private readonly numbering: FeedNumbering,
    readonly cutter: Cutter,
  ) {
    this.#splitter = new Splitter({
      init: (bytes, tracks) => {
        this.init = { bytes, tracks, hash: hashOf(bytes) };
        owner.hasInit(this);
      },
      fragment: (fragment) => {
        owner.arrived(this, fragment);
        if (!this.#queue) return this.#accept(fragment);
        this.#queue.push(fragment);
        this.#queuedBytes += fragment.data.length;
      },
    });
  }

  get heldBytes() {
    return this.#queuedBytes + this.cutter.heldBytes;
  }

  /** The newest opened segment. */
  get slot() {
    return this.#slot;
  }

  get shiftMs() {
    return this.#shiftMs;
  }

  /** Shifted decode time of a position in the open segment. */
  movedDtsMs(posMs: number) {
    return this.#startDtsMs + posMs + this.#shiftMs;
  }

  /** Throws Mp4Error. */
  push(chunk: Uint8Array) {
    this.#splitter.push(chunk);
  }

  /** Processes the held fragments, once all inits are known. Throws Mp4Error. */
  start() {
    const queue = this.#queue ?? [];
    this.#queue = null;
    this.#queuedBytes = 0;
    for (const fragment of queue) this.#accept(fragment);
  }

  #accept(fragment: Fragment) {
    const video = fragment.tracks.find(({ track }) => track.kind === "video");
    const key = video?.keyframe ?? false;
    if (!this.#slot) {
      const slot = video && key ? this.numbering.firstSlot(ms(video, video.firstPts)) : null;
      if (!video || !slot) return;
      const dtsMs = ms(video, video.decodeTime);
      this.#leadMs = ms(video, video.firstPts) - dtsMs;
      this.#begin(slot, dtsMs);
      this.#shiftMs = this.numbering.shiftMs(this, dtsMs);
    } else this.#cross(fragment, video, key);
    const endMs = Math.max(this.#posMs, this.#endOf(fragment, video) - this.#startDtsMs);
    if (this.#shiftMs !== 0) rewriteTfdt(fragment, this.#shiftMs);
    this.#posMs = endMs;
    this.cutter.add({ data: fragment.data, endMs, independent: key });
  }

  /** Moves on to the next segment, or several. */
  #cross(fragment: Fragment, video: FragmentTrack | undefined, key: boolean) {
    const dtsMs = video ? ms(video, video.decodeTime) : this.#startDtsMs + this.#posMs;
    if (video && key) this.#leadMs = ms(video, video.firstPts) - dtsMs;
    for (;;) {
      const current = this.#slot!;
      const reachMs = this.#endOf(fragment, video) - this.#startDtsMs;
      const at: Moment = { ptsMs: dtsMs + this.#leadMs, key, current, reachMs, posMs: this.#posMs };
      const next = this.numbering.slotAfter(current.number);
      const slot = next ? (isIn(next, at) ? next : null) : this.numbering.decide(at);
      if (!slot) return;
      const lengthMs = dtsMs - this.#startDtsMs;
      const whole = lengthMs - this.#posMs <= HOLE_MS && lengthMs <= this.numbering.segmentMaxMs() + ALIGNED_MS;
      this.cutter.close(whole ? lengthMs : this.#posMs);
      this.#begin(slot, dtsMs);
    }
  }

  #begin(slot: Slot, dtsMs: number) {
    for (const missed of this.numbering.missed(this.#slot, slot)) this.cutter.gap(missed.slot, missed.durationMs);
    this.cutter.open(slot, this.init!.hash);
    this.#slot = slot;
    this.#startDtsMs = dtsMs;
    this.#posMs = 0;
  }

  /** Decode time at which a fragment ends. In a fragment without pictures the sound decides. */
  #endOf(fragment: Fragment, video: FragmentTrack | undefined): number {
    if (video) {
      const durationMs = ms(video, video.duration);
      // FFmpeg stretches a picture until the next one comes, so a long picture means missing time.
      return ms(video, video.decodeTime) + (durationMs > HOLE_MS ? LAST_PICTURE_MS : durationMs);
    }
    const audio = fragment.tracks[0];
    const hereMs = this.#startDtsMs + this.#posMs;
    return audio ? Math.min(ms(audio, audio.decodeTime + audio.duration), hereMs + HOLE_MS) : hereMs;
  }
}

/** The fragment belongs to a segment that another rendition has opened. */
function isIn(slot: Slot, { ptsMs, key }: Moment): boolean {
  if (!slot.keyed) return ptsMs >= slot.startMs - 5;
  return ptsMs >= slot.startMs + ALIGNED_MS || (key && ptsMs >= slot.startMs - ALIGNED_MS);
}

/** The first 48 bits of an init segment's SHA-256, in hex. */
const hashOf = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12);

const ms = ({ track }: FragmentTrack, ticks: number) => (ticks * 1000) / track.timescale;
