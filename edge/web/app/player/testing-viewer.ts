// For tests: a viewer of a live stream in simulated time. Parts arrive over a network that the test describes; a controller sets the rate.

import type { PlaybackState, RateController } from "./rate-controller.ts";

/** A picture that stood still goes on with this much. */
const RESUME_SECONDS = 0.05;

interface ViewerOptions {
  controller: RateController;
  partSeconds: number;
  /** How long the part that begins at this media time is on its way after it is whole. Parts arrive in order. */
  delaySeconds(mediaSeconds: number): number;
  /** Distance from the live edge at the start. */
  startSecondsBehind: number;
  /** The viewer's clock when the simulation begins. */
  startMs?: number;
  /** Between two decisions. Default: 50. */
  tickMs?: number;
  /** A seek to live goes this far before the end of what is buffered. Default: two parts. */
  liveSeconds?: number;
}

export interface Sample {
  seconds: number;
  rate: number;
  bufferedAheadSeconds: number;
  /** Distance between capture and screen. */
  latencySeconds: number;
}

export class SimulatedViewer {
  stalls = 0;
  stalledSeconds = 0;
  seeks = 0;
  readonly samples: Sample[] = [];
  private nowMs = 0;
  private playhead: number;
  private end: number;
  private nextPart: number;
  private arrivesAtSeconds: number;
  private rate = 1;
  private isStill = true;
  private readonly tickMs: number;
  private hasStarted = false;

  constructor(private readonly options: ViewerOptions) {
    const { partSeconds, startSecondsBehind, tickMs = 50 } = options;
    this.tickMs = tickMs;
    const edge = Math.floor(20 / partSeconds) * partSeconds; // The stream has run for 20 s.
    this.nowMs = edge * 1_000;
    this.playhead = edge - startSecondsBehind;
    this.end = edge;
    this.nextPart = edge;
    this.arrivesAtSeconds = this.arrivalOf(edge, edge);
  }

  /** `changes` override what the player would report. */
  run(seconds: number, changes: Partial<PlaybackState> = {}) {
    const untilMs = this.nowMs + seconds * 1_000;
    while (this.nowMs < untilMs) this.tick(changes);
    return this;
  }

  /** Samples of the last `seconds`. */
  last(seconds: number): Sample[] {
    const since = this.nowMs / 1_000 - seconds;
    return this.samples.filter((sample) => sample.seconds >= since);
  }

  private arrivalOf(part: number, notBefore: number): number {
    const { partSeconds, delaySeconds } = this.options;
    return Math.max(notBefore, part + partSeconds + delaySeconds(part));
  }

  private tick(changes: Partial<PlaybackState>) {
    const { controller, partSeconds, startMs = 0, liveSeconds = 2 * partSeconds } = this.options;
    this.nowMs += this.tickMs;
    const seconds = this.nowMs / 1_000;
    const atMs = startMs + this.nowMs;
    this.play(atMs);
    while (this.arrivesAtSeconds <= seconds) {
      this.end = this.nextPart + partSeconds;
      controller.arrived({ atMs: startMs + this.arrivesAtSeconds * 1_000, startSeconds: this.nextPart });
      this.nextPart = this.end;
      this.arrivesAtSeconds = this.arrivalOf(this.nextPart, this.arrivesAtSeconds);
    }
    const bufferedAheadSeconds = this.end - this.playhead;
    const { rate, seeksToLive } = controller.decide({
      atMs,
      playheadSeconds: this.playhead,
      bufferedAheadSeconds,
      behindEdgeSeconds: seconds - this.playhead,
      partSeconds,
      follows: true,
      ...changes,
    });
    this.rate = rate;
    if (seeksToLive) {
      this.seeks++;
      this.playhead = this.end - liveSeconds;
      controller.restart();
    }
    this.samples.push({ seconds, rate, bufferedAheadSeconds, latencySeconds: seconds - this.playhead });
  }

  private play(atMs: number) {
    const step = (this.tickMs / 1_000) * this.rate;
    const ahead = this.end - this.playhead;
    if (this.isStill && ahead < RESUME_SECONDS + step) {
      if (this.hasStarted) this.stalledSeconds += this.tickMs / 1_000;
      return;
    }
    this.isStill = false;
    this.hasStarted = true;
    if (ahead >= step) {
      this.playhead += step;
      return;
    }
    this.playhead = this.end;
    this.isStill = true;
    this.stalls++;
    this.options.controller.stalled(atMs);
  }
}
