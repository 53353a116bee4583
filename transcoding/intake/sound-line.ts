// The sound of one init: exact to the sample, and without holes.
//
//   sound ──► beside the end of the sound before: counted on (milliseconds cannot say where a frame begins)
//         ──► behind a hole: silence up to it     ──► before the end: left out
//   no sound for 1 s of pictures ──► silence up to each picture, until sound comes

import type { Track } from "#runtime/fmp4/init.ts";
import type { Run, Sample } from "../fmp4/fragment-writer.ts";
import type { AacConfig } from "./flv/aac-config.ts";
import { silentFrame } from "./silent-aac.ts";

/** So far behind the picture there is no sound any more. */
export const MUTE_MS = 1_000;
/** A longer hole is a hole of the source: the picture has it too. */
const FILL_MAX_MS = 5_000;
/** Sound dated this far beside the end of the sound before follows it directly. */
const SNAP_MS = 60;
/** Counting may be off by this on average over some 32 frames; then a frame is left out, or a hole is filled. */
const DRIFT_MAX_MS = 20;
const DRIFT_FRAMES = 32;
/** Sound without a picture goes out in pieces of this. With frames of at most 6 kB that bounds the memory. */
const ALONE_MS = 100;

export interface SoundEvents {
  /** What is pending must go out now. */
  full(): void;
  silence(begins: boolean): void;
}

export class SoundLine {
  #pending: Sample[] = [];
  #pendingBytes = 0;
  /** Ticks: where the pending sound begins, and where all sound ends. */
  #from = 0;
  #to: number;
  #driftMs = 0;
  #silent = false;
  /** Sound may still begin anywhere from `#firstFrom` on. */
  #fresh: boolean;
  readonly #firstFrom: number;
  readonly #silence: Sample | null;

  /**
   * `endMs`: where the sound of the init before ended; null: there was none. `fromMs`: the first picture. `silent`: the source has said
   * nothing of sound. Silence never comes before the first picture: players put the earlier one of both at the place of the first segment
   * (hls.js: initPTS), so that behind silence the picture would come as much too late.
   */
  constructor(
    private readonly config: AacConfig,
    private readonly track: Track,
    { endMs, fromMs, silent }: { endMs: number | null; fromMs: number; silent: boolean },
    private readonly events: SoundEvents,
  ) {
    const goesOn = endMs !== null && fromMs - endMs <= SNAP_MS;
    this.#fresh = !goesOn && !silent;
    this.#firstFrom = endMs === null ? Number.NEGATIVE_INFINITY : Math.ceil((endMs * config.sampleRate) / 1000);
    this.#to = Math.ceil(((goesOn ? endMs : fromMs) * config.sampleRate) / 1000);
    const data = silentFrame(config);
    this.#silence = data && this.#sample(data);
    if (silent) this.#setSilent(true);
  }

  get heldBytes() {
    return this.#pendingBytes;
  }

  /** Where the sound ends. */
  get endMs() {
    return (this.#to * 1000) / this.config.sampleRate;
  }

  /** A frame dated `atMs`. False: it is left out, because there is sound already. */
  add(atMs: number, data: Uint8Array): boolean {
    const dated = this.#ticks(atMs);
    if (this.#fresh) this.#to = Math.max(dated, this.#firstFrom);
    this.#fresh = false;
    const besideMs = ((dated - this.#to) * 1000) / this.config.sampleRate;
    if (this.#silent) {
      if (besideMs < -this.#frameMs) return false;
      this.#setSilent(false);
      this.#driftMs = 0;
    }
    if (!this.#follows(besideMs)) {
      this.#driftMs = 0;
      if (dated < this.#to) return false;
      this.#fill(dated - this.config.frameSamples / 2);
      if (Math.abs(dated - this.#to) > this.config.frameSamples / 2) this.#skipTo(dated);
    }
    this.#push(this.#sample(data));
    if (this.#pending.length * this.#frameMs > ALONE_MS) this.events.full();
    return true;
  }

  /** There is a picture at `atMs`: the sound must not end long before. */
  reach(atMs: number) {
    const end = this.#ticks(atMs);
    if (!this.#silent && ((end - this.#to) * 1000) / this.config.sampleRate < MUTE_MS) return;
    this.#setSilent(true);
    this.#fresh = false;
    this.#fill(end);
    // A layout of its own has no silent frame; it goes on where sound comes again.
    if (this.#to < end) this.#skipTo(end);
  }

  /** The pending sound; null: none. */
  take(): Run | null {
    if (this.#pending.length === 0) return null;
    const run = { track: this.track, decodeTime: this.#from, samples: this.#pending };
    this.#pending = [];
    this.#pendingBytes = 0;
    return run;
  }

  #follows(besideMs: number): boolean {
    if (Math.abs(besideMs) >= SNAP_MS) return false;
    this.#driftMs += (besideMs - this.#driftMs) / DRIFT_FRAMES;
    return Math.abs(this.#driftMs) < DRIFT_MAX_MS;
  }

  /** Silence up to `end`, or a little over it. */
  #fill(end: number) {
    if (!this.#silence || end - this.#to > (FILL_MAX_MS * this.config.sampleRate) / 1000) return;
    while (this.#to < end) this.#push(this.#silence);
  }

  #skipTo(ticks: number) {
    this.events.full();
    this.#to = ticks;
  }

  #push(sample: Sample) {
    if (this.#pending.length === 0) this.#from = this.#to;
    this.#pending.push(sample);
    this.#pendingBytes += sample.data.length;
    this.#to += sample.duration;
  }

  #setSilent(silent: boolean) {
    if (this.#silent === silent) return;
    this.#silent = silent;
    this.events.silence(silent);
  }

  #sample(data: Uint8Array): Sample {
    return { data, duration: this.config.frameSamples, compositionOffset: 0, key: true };
  }

  #ticks(ms: number) {
    return Math.round((ms * this.config.sampleRate) / 1000);
  }

  get #frameMs() {
    return (this.config.frameSamples * 1000) / this.config.sampleRate;
  }
}
