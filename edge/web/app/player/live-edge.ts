// Keeps the picture of one video element at the live edge: feeds the rate controller from hls.js, and carries out what it decides.

import { signal } from "@preact/signals";
import { every, steadyMs, wallMs } from "../clock.ts";
import { bufferedAheadSeconds, isMoving } from "./buffered.ts";
import { RateController } from "./rate-controller.ts";
import { roundTripSeconds } from "./round-trip.ts";
import type { Source } from "./source.ts";
import { Stalls } from "./stalls.ts";
import { pageMargin, startSecondsBehind } from "./start-position.ts";

const TICK_MS = 100;
const STATS_EACH_TICKS = 5;
/** So many stops within this time are often. */
const OFTEN = 2;
const OFTEN_WITHIN_MS = 30_000;

export interface LiveStats {
  /** Distance from the end of the playlist. */
  behindEdgeSeconds: number;
  /** Since the shown frame was captured, by this computer's clock; null without EXT-X-PROGRAM-DATE-TIME. */
  glassSeconds: number | null;
  bufferSeconds: number;
  /** What should be buffered when a part has just arrived. */
  targetSeconds: number;
  rate: number;
  stalls: number;
  stalledMs: number;
}

interface LiveEdgeOptions {
  video: HTMLVideoElement;
  source: Source;
  /** The viewer paused or went back. */
  isBehindOnPurpose(): boolean;
}

export class LiveEdge {
  /** Null while nothing live is shown. */
  readonly stats = signal<LiveStats | null>(null);
  /** The picture stopped twice within half a minute, because media came late. */
  readonly stopsOften = signal(false);
  private readonly controller = new RateController(pageMargin);
  private readonly stalls = new Stalls();
  private readonly stopTicking: () => void;
  private readonly listening = new AbortController();
  private hasStarted = false;
  /** Parts that begin before this were listed already when following began: their lateness says nothing. Null: not known yet. */
  private newFromSeconds: number | null = null;
  private ticks = 0;

  constructor(private readonly options: LiveEdgeOptions) {
    const { video } = options;
    const on = (target: EventTarget, name: string, heard: () => void) =>
      target.addEventListener(name, heard, { signal: this.listening.signal });
    on(video, "playing", () => {
      this.hasStarted = true;
      if (this.stalls.ended(steadyMs())) this.controller.stalled(steadyMs());
    });
    on(video, "waiting", () => {
      if (this.hasStarted && !this.replays() && !video.seeking && !video.paused) this.stalls.began(steadyMs());
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

  /** The encoder left or came back: a picture that stood still meanwhile says nothing about the viewer's network. */
  interrupted() {
    this.stalls.cancelled();
  }

  /** A new source is attached to the element. */
  opened() {
    this.hasStarted = false;
    this.stalls.cancelled();
    this.restart();
    this.newFromSeconds = null;
  }

  /** A playlist with this PART-TARGET arrived; hls.js is about to read it and to choose where it starts. */
  listed(partSeconds: number) {
    const { hls } = this.options.source;
    if (!hls) return;
    if (this.hasStarted) {
      hls.config.liveSyncDuration = this.controller.targetSeconds(partSeconds);
      return;
    }
    const roundTrip = roundTripSeconds(hls.url ?? "");
    this.controller.expectRoundTrip(roundTrip ?? 0);
    hls.config.liveSyncDuration = startSecondsBehind(partSeconds, roundTrip);
  }

  /** The part that begins at this media time was appended to the buffer. */
  arrived(startSeconds: number) {
    this.newFromSeconds ??= this.options.source.edgeSeconds;
    if (this.newFromSeconds === null || startSeconds < this.newFromSeconds - 0.01) return;
    this.controller.arrived({ atMs: steadyMs(), startSeconds });
  }

  private restart() {
    this.controller.restart();
    this.newFromSeconds = this.options.source.edgeSeconds;
  }

  private tick() {
    const { video, source } = this.options;
    const { hls, details } = source;
    if (details && isMoving(video)) this.hasStarted = true; // It played before hls.js did.
    if (!hls || !details?.live || !this.hasStarted || this.replays()) {
      this.stats.value = null;
      return;
    }
    const behindEdgeSeconds = hls.latency > 0 ? hls.latency : null;
    const partSeconds = details.partTarget || details.targetduration;
    const ahead = bufferedAheadSeconds(video);
    const { rate, seeksToLive } = this.controller.decide({
      atMs: steadyMs(),
      playheadSeconds: video.currentTime,
      bufferedAheadSeconds: ahead,
      behindEdgeSeconds,
      partSeconds,
      follows: this.follows(),
    });
    if (video.playbackRate !== rate) video.playbackRate = rate;
    if (seeksToLive && hls.liveSyncPosition !== null) video.currentTime = hls.liveSyncPosition;
    if (this.ticks++ % STATS_EACH_TICKS !== 0) return;
    this.stopsOften.value = this.stalls.since(steadyMs() - OFTEN_WITHIN_MS) >= OFTEN;
    if (behindEdgeSeconds === null) return;
    const shown = hls.playingDate;
    this.stats.value = {
      behindEdgeSeconds,
      glassSeconds: shown ? (wallMs() - shown.getTime()) / 1_000 : null,
      bufferSeconds: ahead,
      targetSeconds: this.controller.targetSeconds(partSeconds),
      rate,
      stalls: this.stalls.count,
      stalledMs: Math.round(this.stalls.stilledMs),
    };
  }

  private replays = () => this.options.source.replay.peek() !== null;

  private follows(): boolean {
    const { video, isBehindOnPurpose } = this.options;
    if (video.paused || video.ended || video.seeking || isBehindOnPurpose()) return false;
    // Timers of a hidden page come late, unless the picture is shown outside the page.
    return document.visibilityState === "visible" || document.pictureInPictureElement === video;
  }
}
