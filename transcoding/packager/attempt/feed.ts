// What comes from FFmpeg for one rendition in one attempt: finds where its segments begin, and hands the rest to the cutter.
//
//   waiting for all inits ──► waiting for a keyframe ──► in a segment ──(boundary)──► in the next
//
// Where segments begin is decided once for all renditions: numbering.ts.

import { type Fragment, type FragmentTrack, rewriteTfdt } from "../../fmp4/fragment.ts";
import type { Track } from "../../fmp4/init.ts";
import { Splitter } from "../../fmp4/splitter.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Cutter } from "./cutter.ts";

/** A transcoder dates frames by its own clock, up to half a frame beside the source. */
export const ALIGNED_MS = 50;
/** Media that is missing for longer is a hole: its time is spanned by gaps. */
export const HOLE_MS = 1_000;

/** What the last picture before a hole is taken to last. */
const LAST_PICTURE_MS = 100;

interface Init {
  hash: string;
  bytes: Uint8Array;
  tracks: Track[];
}

/** What a feed tells its attempt. */
export interface FeedOwner {
  hasInit(feed: Feed): void;
  /** A fragment arrived, before anything is done with it. */
  arrived(feed: Feed, fragment: Fragment): void;
}

/** What a feed asks about segments. */
export interface FeedNumbering {
  /** The segment in which a keyframe at `ptsMs` is; null: it comes before what can be shown. */
  firstSlot(ptsMs: number): Slot | null;
  /** The next segment after `number` that was decided upon. */
  slotAfter(number: number): Slot | undefined;
  /** Decides whether a segment begins here, and opens it. */
  decide(at: Moment): Slot | null;
  /** What lies between the last slot of this rendition (null: the first of the attempt is to come) and `slot`. */
  missed(after: Slot | null, slot: Slot): { slot: Slot; durationMs: number }[];
  /** Milliseconds to add to the times of this rendition, when its first segment begins at that decode time. */
  shiftMs(feed: Feed, startDtsMs: number): number;
  /** Longest segment; Infinity while that is not known. */
  segmentMaxMs(): number;
}

/** A fragment that may begin a segment. */
export interface Moment {
  ptsMs: number;
  /** Begins with a keyframe. */
  key: boolean;
  current: Slot;
  /** The segment would reach this far with the fragment in it, and reaches this far without. */
  reachMs: number;
  posMs: number;
}

export class Feed {
  init: Init | null = null;
  /** What has to be known of all renditions first. */
  #queue: Fragment[] | null = [];
  #queuedBytes = 0;
  #slot: Slot | null = null;
  #startDtsMs = 0;
  /** Presentation after decoding, at the last keyframe. */
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

  /** The segment that was opened last. */
  get slot() {
    return this.#slot;
  }

  get shiftMs() {
    return this.#shiftMs;
  }

  /** Decode time, moved, of a place in the segment that is open. */
  movedDtsMs(posMs: number) {
    return this.#startDtsMs + posMs + this.#shiftMs;
  }

  /** Throws Mp4Error. */
  push(chunk: Uint8Array) {
    this.#splitter.push(chunk);
  }

  /** All inits are known. Throws Mp4Error. */
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

  /** Into the next segment, or several. */
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

  /** Decode time at which a fragment ends. Without pictures it is sound that goes on. */
  #endOf(fragment: Fragment, video: FragmentTrack | undefined): number {
    if (video) {
      const durationMs = ms(video, video.duration);
      // FFmpeg makes a picture last until the next one comes: if that is long, time is missing.
      return ms(video, video.decodeTime) + (durationMs > HOLE_MS ? LAST_PICTURE_MS : durationMs);
    }
    const audio = fragment.tracks[0];
    const hereMs = this.#startDtsMs + this.#posMs;
    return audio ? Math.min(ms(audio, audio.decodeTime + audio.duration), hereMs + HOLE_MS) : hereMs;
  }
}

/** Whether the fragment belongs to a segment that another rendition has opened. */
function isIn(slot: Slot, { ptsMs, key }: Moment): boolean {
  if (!slot.keyed) return ptsMs >= slot.startMs - 5;
  return ptsMs >= slot.startMs + ALIGNED_MS || (key && ptsMs >= slot.startMs - ALIGNED_MS);
}

/** 48 bits of the hash of an init segment, hex. */
const hashOf = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12);

const ms = ({ track }: FragmentTrack, ticks: number) => (ticks * 1000) / track.timescale;
