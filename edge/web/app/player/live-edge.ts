// Keeps the picture of one video element close to live: feeds the rate controller from what plays, and carries out what it decides.

import { signal } from "@preact/signals";
import { every, steadyMs } from "../clock.ts";
import { bufferedAheadSeconds } from "./buffered.ts";
import type { RateController } from "./rate-controller.ts";
import { Stalls } from "./stalls.ts";

const TICK_MS = 100;
const STATS_EACH_TICKS = 5;
/** So many stops within this time are often. */
const OFTEN = 2;
const OFTEN_WITHIN_MS = 30_000;

export interface LiveStats {
  /** Distance from the newest media: of a playlist, from its end. */
  behindEdgeSeconds: number;
  /** Since the shown frame was captured; null where that is not known. */
  glassSeconds: number | null;
  bufferSeconds: number;
  /** What should be buffered when a part has just arrived. */
  targetSeconds: number;
  rate: number;
  stalls: number;
  stalledMs: number;
  /** How often the server went on at a later keyframe, since media came too slowly; null: it does not do that. */
  skips: number | null;
}

/** What plays live, at this moment. */
export interface LiveNow extends Pick<LiveStats, "glassSeconds" | "skips"> {
  /** Null while unknown. */
  behindEdgeSeconds: number | null;
  partSeconds: number;
  /** Where live is played; null while unknown. */
  liveSeconds: number | null;
}

interface LiveEdgeOptions {
  video: HTMLVideoElement;
  controller: RateController;
  /** Null: nothing live is played. */
  now(): LiveNow | null;
  /** The viewer paused or went back. */
  isBehindOnPurpose(): boolean;
  /** The picture will be at another place, so that earlier arrivals say nothing. */
  onRestart?(): void;
}

export class LiveEdge {
  /** Null while nothing live is shown. */
  readonly stats = signal<LiveStats | null>(null);
  /** The picture stopped twice within half a minute, because media came late. */
  readonly stopsOften = signal(false);
  hasStarted = false;
  private readonly stalls = new Stalls();
  private readonly stopTicking: () => void;
  private readonly listening = new AbortController();
  private ticks = 0;

  constructor(private readonly options: LiveEdgeOptions) {
    const { video, controller } = options;
    const on = (target: EventTarget, name: string, heard: () => void) =>
      target.addEventListener(name, heard, { signal: this.listening.signal });
    on(video, "playing", () => {
      this.hasStarted = true;
      if (this.stalls.ended(steadyMs())) controller.stalled(steadyMs());
    });
    on(video, "waiting", () => {
      if (this.hasStarted && options.now() && !video.seeking && !video.paused) this.stalls.began(steadyMs());
    });
    on(video, "pause", () => this.stalls.cancelled());
    on(video, "seeking", () => {
      this.stalls.cancelled();
      this.restart();
    });
    on(document, "visibilitychange", () => this.tick());
    this.stopTicking = every(TICK_MS, () => this.tick());
  }

  /** May be called twice. */
  stop() {
    this.stopTicking();
    this.listening.abort();
  }

  /** See Delivery. */
  interrupted() {
    this.stalls.cancelled();
  }

  /** A new source is attached to the element. */
  opened() {
    this.hasStarted = false;
    this.stalls.cancelled();
    this.restart();
  }

  private restart() {
    this.options.controller.restart();
    this.options.onRestart?.();
  }

  private tick() {
    const { video, controller } = this.options;
    const now = this.options.now();
    if (!now || !this.hasStarted) {
      this.stats.value = null;
      return;
    }
    const { behindEdgeSeconds, partSeconds, liveSeconds, glassSeconds, skips } = now;
    const ahead = bufferedAheadSeconds(video);
    const { rate, seeksToLive } = controller.decide({
      atMs: steadyMs(),
      playheadSeconds: video.currentTime,
      bufferedAheadSeconds: ahead,
      behindEdgeSeconds,
      partSeconds,
      follows: this.follows(),
    });
    if (video.playbackRate !== rate) video.playbackRate = rate;
    if (seeksToLive && liveSeconds !== null) video.currentTime = liveSeconds;
    if (this.ticks++ % STATS_EACH_TICKS !== 0) return;
    this.stopsOften.value = this.stalls.since(steadyMs() - OFTEN_WITHIN_MS) >= OFTEN;
    if (behindEdgeSeconds === null) return;
    this.stats.value = {
      behindEdgeSeconds,
      glassSeconds,
      bufferSeconds: ahead,
      targetSeconds: controller.targetSeconds(partSeconds),
      rate,
      stalls: this.stalls.count,
      stalledMs: Math.round(this.stalls.stilledMs),
      skips,
    };
  }

  private follows(): boolean {
    const { video, isBehindOnPurpose } = this.options;
    if (video.paused || video.ended || video.seeking || isBehindOnPurpose()) return false;
    // Timers of a hidden page come late, unless the picture is shown outside the page.
    return document.visibilityState === "visible" || document.pictureInPictureElement === video;
  }
}
