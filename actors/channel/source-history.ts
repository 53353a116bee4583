// The last minutes of a source, measured as its fragments arrive: the plots of the streamer's dashboard.

import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { SourceSample } from "#schema/api/broadcasts.ts";
import type { IntakeFact } from "#transcoding/intake/facts.ts";

const SAMPLE_MS = 5_000;
/** 10 minutes. */
const SAMPLES_MAX = 120;
/** Broadcasts per node with a history, about 20 KB each. */
const HISTORIES_MAX = 1_000;
/** A level of the sound says something for this long: it is measured each 10 s. */
const LEVEL_KEPT_MS = 15_000;
/** A step of this many usual ones has left out pictures. */
const MISSING_STEPS = 1.75;
/** A longer step is a hole, as of an encoder that was away, and not made of dropped pictures. */
const HOLE_MS = 2_000;

/** By broadcast. */
export type Histories = LruMap<string, SourceHistory>;

export const createHistories = (): Histories => new LruMap(HISTORIES_MAX);

interface Window {
  sinceMonoMs: number;
  bytes: number;
  pictures: number;
  dropped: number;
}

export class SourceHistory {
  readonly samples: SourceSample[] = [];
  /** The source has no sound, or it has stopped: the sound that viewers get is silence of ours. */
  silent = false;
  /** Seconds of media that come in a second, as the session's clock found. */
  #speed = 1;
  #restarts = 0;
  #level: { db: number; atMs: number } | null = null;
  #window: Window | null = null;
  #lastMs: number | null = null;
  #stepMs = 0;
  #keyMs: number | null = null;
  #keyframeIntervalMs: number | null = null;

  constructor(
    private readonly clock: Clock,
    /** The store's wall clock. */
    private readonly nowMs: () => number,
  ) {}

  /** A fragment has arrived. `atMs`: session time of its picture. */
  add(fragment: Fragment, { key, atMs }: { key: boolean; atMs: number }) {
    const monoMs = this.clock.monoMs();
    this.#window ??= { sinceMonoMs: monoMs, bytes: 0, pictures: 0, dropped: 0 };
    const passedMs = monoMs - this.#window.sinceMonoMs;
    if (passedMs >= SAMPLE_MS) this.#sample(this.#window, passedMs);
    this.#window.bytes += fragment.data.length;
    const video = fragment.tracks.find(({ track }) => track.kind === "video");
    if (!video) return;
    this.#window.pictures += video.samples;
    this.#window.dropped += this.#missing(atMs);
    if (!key) return;
    if (this.#keyMs !== null && atMs > this.#keyMs) this.#keyframeIntervalMs = Math.round(atMs - this.#keyMs);
    this.#keyMs = atMs;
  }

  /** Another attempt: what came before says nothing about the next step. */
  restarted(restarts: number) {
    this.#restarts = restarts;
    this.#window = this.#lastMs = this.#keyMs = null;
  }

  learn(fact: IntakeFact) {
    if (fact.fact === "silenceBegan") this.silent = true;
    if (fact.fact === "silenceEnded") this.silent = false;
    if (fact.fact === "encoderTooSlow" || fact.fact === "encoderTooFast") this.#speed = fact.speed;
    if (fact.fact === "encoderOnTime") this.#speed = 1;
  }

  /** The sound has this level: dB below full scale. */
  sounds(db: number) {
    this.#level = { db, atMs: this.clock.monoMs() };
  }

  get #levelDb(): number | null {
    const { silent } = this;
    return !silent && this.#level && this.clock.monoMs() - this.#level.atMs < LEVEL_KEPT_MS ? this.#level.db : null;
  }

  /** How many pictures the encoder left out before this one. */
  #missing(atMs: number): number {
    const stepMs = this.#lastMs === null ? 0 : atMs - this.#lastMs;
    this.#lastMs = atMs;
    if (stepMs <= 0 || stepMs > HOLE_MS) return 0;
    const usualMs = this.#stepMs;
    this.#stepMs = usualMs === 0 ? stepMs : usualMs + (Math.min(stepMs, 2 * usualMs) - usualMs) / 16;
    return usualMs > 0 && stepMs > usualMs * MISSING_STEPS ? Math.round(stepMs / usualMs) - 1 : 0;
  }

  #sample({ bytes, pictures, dropped }: Window, passedMs: number) {
    // After a long silence the window says little: it is a hole in the plot.
    if (passedMs < 2 * SAMPLE_MS) {
      this.samples.push({
        at: new Date(this.nowMs()).toISOString(),
        bitrateKbps: Math.round((bytes * 8) / passedMs),
        fps: Math.round((pictures * 100_000) / passedMs) / 100,
        keyframeIntervalMs: this.#keyframeIntervalMs,
        audioLevelDb: this.#levelDb,
        droppedFrames: dropped,
        speed: this.#speed,
        restarts: this.#restarts,
      });
      if (this.samples.length > SAMPLES_MAX) this.samples.shift();
    }
    this.#window = { sinceMonoMs: this.clock.monoMs(), bytes: 0, pictures: 0, dropped: 0 };
  }
}
