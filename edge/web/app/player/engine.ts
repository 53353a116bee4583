// What a viewer does with one video element, and sees of it: play, pause, seek, how far behind; a picture that hangs is noticed.

import { signal } from "@preact/signals";
import type { default as Hls } from "hls.js";
import { every, wallMs } from "../clock.ts";
import { Drift, overGap, Watchdog } from "./recovery.ts";
import { CATCH_UP_RATE, LATENCY_SECONDS_MAX } from "./settings.ts";
import { Sound } from "./sound.ts";
import { Source } from "./source.ts";

/** Still for this long while it should play: the viewer is shown that something is loading. */
const BUFFERING_AFTER_MS = 500;
const TICK_MS = 250;
/** A picture that moved this long forgets earlier failures. */
const SOUND_AFTER_MS = 10_000;
/** Behind by more than this, the way back to live is offered. */
const BEHIND_SECONDS = 4.5;

/** For tests and curious people: `window.__player.hls.latency`, `window.__player.video.getVideoPlaybackQuality()`. */
declare global {
  interface Window {
    __player?: { readonly hls: Hls | null; readonly video: HTMLVideoElement };
  }
}

export class Engine {
  readonly playing = signal(false);
  readonly buffering = signal(false);
  /** The first picture has been seen. */
  readonly started = signal(false);
  readonly ended = signal(false);
  readonly sound: Sound;
  readonly source: Source;
  /** The browser did not allow any start: a tap is needed. */
  readonly tapNeeded = signal(false);
  /** Seconds behind the newest picture the server has; null while not known. */
  readonly latencySeconds = signal<number | null>(null);
  readonly behind = signal(false);

  private watchdog = new Watchdog();
  private drift = new Drift();
  /** The viewer went back, or paused: behind on purpose. */
  private keptBehind = false;
  private readonly endTicking: () => void;
  private readonly listening = new AbortController();
  private last = { seconds: 0, movedMs: wallMs(), stoodMs: wallMs() };
  private ticks = 0;

  constructor(readonly video: HTMLVideoElement) {
    this.sound = new Sound(video, this.listening.signal);
    this.source = new Source(video, {
      opened: () => this.opened(),
      listed: () => this.jumpOverGap(),
      recovered: () => void this.begin(),
    });
    const on = (name: string, heard: () => void) =>
      video.addEventListener(name, heard, { signal: this.listening.signal });
    on("play", () => {
      this.playing.value = true;
      this.tapNeeded.value = false;
    });
    on("pause", () => {
      this.playing.value = false;
    });
    on("ended", () => {
      this.ended.value = true;
    });
    on("playing", () => {
      this.started.value = true;
      this.ended.value = false;
    });
    this.endTicking = every(TICK_MS, () => this.look());
    const engine = this;
    window.__player = {
      get hls() {
        return engine.source.hls;
      },
      video,
    };
  }

  /** Plays `url` from its live edge; a second call replaces the source, never the element. */
  async load(url: string) {
    this.keptBehind = false;
    this.ended.value = false;
    await this.source.load(url);
  }

  /** May be called twice. */
  stop() {
    this.endTicking();
    this.listening.abort();
    this.source.stop();
    if (window.__player?.video === this.video) delete window.__player;
  }

  toggle = () => (this.video.paused ? this.resume() : this.pause());

  pause() {
    this.keepBehind(true);
    this.video.pause();
  }

  resume() {
    void this.begin();
  }

  /** Within what is buffered or listed. */
  seekBy(seconds: number) {
    const { seekable } = this.video;
    if (seekable.length === 0) return;
    const to = Math.max(seekable.start(0), this.video.currentTime + seconds);
    if (to >= this.liveSeconds() - 0.5) return this.goLive();
    this.keepBehind(true);
    this.video.currentTime = to;
  }

  goLive() {
    this.keepBehind(false);
    this.video.currentTime = this.liveSeconds();
    void this.begin();
  }

  private liveSeconds(): number {
    const { seekable } = this.video;
    return this.source.hls?.liveSyncPosition ?? (seekable.length > 0 ? seekable.end(seekable.length - 1) - 2 : 0);
  }

  /** A viewer who went back on purpose is neither hurried nor thrown forward. */
  private keepBehind(on: boolean) {
    this.keptBehind = on;
    const { hls } = this.source;
    if (!hls) return;
    hls.config.liveMaxLatencyDuration = on ? Number.POSITIVE_INFINITY : LATENCY_SECONDS_MAX;
    hls.config.maxLiveSyncPlaybackRate = on ? 1 : CATCH_UP_RATE;
    if (on) this.video.playbackRate = 1;
  }

  private bufferedAheadSeconds(): number {
    const { buffered, currentTime } = this.video;
    for (let range = 0; range < buffered.length; range++)
      if (buffered.start(range) <= currentTime + 0.5 && currentTime < buffered.end(range))
        return buffered.end(range) - currentTime;
    return 0;
  }

  /** A new player is on the element. */
  private opened() {
    this.watchdog = new Watchdog();
    this.drift = new Drift();
    void this.begin();
  }

  /** With sound where the browser allows it, else muted, else after a tap. */
  private async begin() {
    try {
      await this.video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return; // A newer load took over.
      if (this.video.muted) {
        this.tapNeeded.value = true;
        return;
      }
      this.sound.forceMute();
      await this.begin();
    }
  }

  private look() {
    const nowMs = wallMs();
    const { video, last } = this;
    const wants = !video.paused && !video.ended;
    if (video.currentTime !== last.seconds || !wants) {
      if (nowMs - last.movedMs > BUFFERING_AFTER_MS * 2) last.stoodMs = nowMs;
      last.seconds = video.currentTime;
      last.movedMs = nowMs;
    }
    this.buffering.value = wants && nowMs - last.movedMs >= BUFFERING_AFTER_MS;
    if (wants && nowMs - last.stoodMs > SOUND_AFTER_MS && nowMs - last.movedMs < TICK_MS * 2)
      this.source.forgetFailures();
    this.jumpOverGap();
    if (++this.ticks % 4 === 0) this.lookEachSecond(nowMs, wants);
  }

  /** The owner of the channel changed: what it missed is a hole that nothing will fill. */
  private jumpOverGap() {
    const { video } = this;
    const { details } = this.source;
    if (!details || video.paused || video.ended || video.seeking || !this.started.value) return;
    const { fragments, partList, endSN } = details;
    const to = overGap({
      playheadSeconds: video.currentTime,
      bufferedAheadSeconds: this.bufferedAheadSeconds(),
      stretches: [
        ...fragments.map(({ start, duration, gap }) => ({
          startSeconds: start,
          durationSeconds: duration,
          gap: gap === true,
        })),
        ...(partList ?? [])
          .filter(({ fragment }) => typeof fragment.sn === "number" && fragment.sn > endSN)
          .map(({ start, duration, gap }) => ({ startSeconds: start, durationSeconds: duration, gap })),
      ],
    });
    if (to !== null) video.currentTime = to;
  }

  private lookEachSecond(atMs: number, wantsToPlay: boolean) {
    const { video } = this;
    const { hls, edgeSeconds } = this.source;
    const latency = hls && hls.latency > 0 && this.started.value ? hls.latency : null;
    this.latencySeconds.value = latency === null ? null : Math.round(latency * 10) / 10;
    this.behind.value = this.started.value && !this.ended.value && latency !== null && latency > BEHIND_SECONDS;
    const skips = this.drift.look({ latencySeconds: latency, bufferedAheadSeconds: this.bufferedAheadSeconds() });
    if (skips && wantsToPlay && !this.keptBehind && hls?.liveSyncPosition) video.currentTime = hls.liveSyncPosition;
    const look = { atMs, playheadSeconds: video.currentTime, edgeSeconds, wantsToPlay };
    if (this.watchdog.look(look)) void this.source.open();
  }
}
