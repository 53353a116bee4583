// Drives one video element: play, pause, seek and latency, and recovers a picture that hangs.

import { signal } from "@preact/signals";
import type { default as Hls } from "hls.js";
import { every, wallMs } from "../clock.ts";
import { beginPlaying } from "./begin-playing.ts";
import { bufferedAheadSeconds, isMoving } from "./buffered.ts";
import { crossGap } from "./cross-gap.ts";
import type { EarlyMedia } from "./early/media.ts";
import type { EarlyPicture } from "./early/picture.ts";
import { LATENCY_SECONDS_MAX } from "./hls-config.ts";
import { behindFromSeconds, PLAYED } from "./latency-mode.ts";
import { LiveEdge, type LiveStats } from "./live-edge.ts";
import { Watchdog } from "./recovery.ts";
import { Sound } from "./sound.ts";
import { type Replay, Source } from "./source.ts";

/** A picture that stands still this long while it should play shows the spinner. */
const BUFFERING_AFTER_MS = 500;
const TICK_MS = 250;
const REPORT_EACH_MS = 10_000;
/** After moving this long, the picture counts as recovered and earlier failures are forgotten. */
const STABLE_AFTER_MS = 10_000;

/** For tests and debugging: `window.__player.stats.glassSeconds`, `window.__player.video.getVideoPlaybackQuality()`. */
declare global {
  interface Window {
    __player?: { readonly hls: Hls | null; readonly video: HTMLVideoElement; readonly stats: LiveStats | null };
  }
}

/** What is over of a broadcast that can be rewound (dvr/dvr.ts). */
export interface Past {
  /** Seconds between the picture and the live edge; null: it is the live one that plays. */
  behindSeconds(): number | null;
  seekBy(seconds: number): void;
  /** True: it plays on from where the picture stands. */
  resumes(): boolean;
}

export class Engine {
  readonly playing = signal(false);
  readonly buffering = signal(false);
  /** The first picture has been shown. */
  readonly started = signal(false);
  readonly ended = signal(false);
  /** There is media where the picture begins. */
  readonly hasMedia = signal(false);
  readonly sound: Sound;
  readonly source: Source;
  /** The browser did not allow playback, not even muted: a tap is needed. */
  readonly tapNeeded = signal(false);
  /** Seconds behind the newest picture on the server; null while unknown. */
  readonly latencySeconds = signal<number | null>(null);
  /** Farther than the latency mode allows. */
  readonly behind = signal(false);

  /** Null: nothing can be rewound, or not yet. */
  past: Past | null = null;
  /** It can play nothing any more. */
  isStopped = false;
  readonly edge: LiveEdge;
  private watchdog = new Watchdog();
  /** The viewer went back or paused, so the latency is intended. */
  private isBehindOnPurpose = false;
  private readonly stopTicking: () => void;
  private readonly stopReporting: () => void;
  private readonly listening = new AbortController();
  private last = { seconds: 0, movedMs: wallMs(), stalledMs: wallMs() };
  private ticks = 0;

  /** The server refused media for want of a right; may be called often. */
  onDenied = () => {};

  /** `picture`: plays on this element already. */
  constructor(
    readonly video: HTMLVideoElement,
    picture: EarlyPicture | null = null,
  ) {
    this.sound = new Sound(video, { signal: this.listening.signal, isMuteForced: picture?.isMuteForced === true });
    this.source = new Source(video, {
      opened: () => this.opened(),
      listed: (partSeconds) => this.edge.listed(partSeconds),
      updated: () => this.crossGap(),
      arrived: (startSeconds) => {
        this.edge.arrived(startSeconds);
        if (!this.hasMedia.value) this.hasMedia.value = bufferedAheadSeconds(video) > 0;
      },
      recovered: () => void beginPlaying(this),
      denied: () => this.onDenied(),
    });
    this.edge = new LiveEdge({ video, source: this.source, isBehindOnPurpose: () => this.isBehindOnPurpose });
    this.stopReporting = every(REPORT_EACH_MS, () => this.report());
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
    if (picture) picture.onMuteForced = () => this.sound.forceMute();
    this.playing.value = !video.paused; // No event tells it again, also while it waits for media.
    if (isMoving(video)) {
      this.started.value = true;
      this.hasMedia.value = true;
    }
    this.stopTicking = every(TICK_MS, () => this.tick());
    const engine = this;
    window.__player = {
      get hls() {
        return engine.source.hls;
      },
      get stats() {
        return engine.edge.stats.peek();
      },
      video,
    };
  }

  /**
   * Plays `url` from its live edge; a second call replaces the source, never the element. `early`: what was fetched already. Who has rewound
   * stays there, and comes to this address by `goLive`.
   */
  async load(url: string, early: EarlyMedia | null = null) {
    if (this.source.replay.peek()) {
      this.source.url = url;
      return;
    }
    this.isBehindOnPurpose = false;
    this.ended.value = false;
    await this.source.load(url, early);
  }

  /** Null: nothing was loaded. */
  get url(): string | null {
    return this.source.url;
  }

  /** May be called twice. */
  stop() {
    this.isStopped = true;
    this.stopTicking();
    this.stopReporting();
    this.listening.abort();
    this.edge.stop();
    this.source.stop();
    if (window.__player?.video === this.video) delete window.__player;
  }

  toggle = () => (this.video.paused ? this.resume() : this.pause());

  pause() {
    this.setBehindOnPurpose(true);
    this.video.pause();
  }

  resume() {
    if (!this.past?.resumes()) void beginPlaying(this);
  }

  /** Plays the broadcast as it was, until `goLive`. */
  rewind(replay: Replay) {
    const { url } = this.source;
    if (url === null) return;
    this.isBehindOnPurpose = true;
    this.ended.value = false;
    void this.source.load(url, null, replay);
  }

  /** Stays within the seekable range; near its end, plays live. */
  seekBy(seconds: number) {
    if (this.past) return this.past.seekBy(seconds);
    const { seekable } = this.video;
    if (seekable.length === 0) return;
    const to = Math.max(seekable.start(0), this.video.currentTime + seconds);
    if (to >= this.liveSeconds() - 0.5) return this.goLive();
    this.seek(to);
  }

  /** To a position of what plays now. */
  seek(toSeconds: number) {
    this.setBehindOnPurpose(true);
    this.video.currentTime = toSeconds;
  }

  goLive() {
    const { url, replay } = this.source;
    if (url !== null && replay.peek()) {
      replay.value = null;
      return void this.load(url);
    }
    this.setBehindOnPurpose(false);
    this.video.currentTime = this.liveSeconds();
    void beginPlaying(this);
  }

  private liveSeconds(): number {
    const { seekable } = this.video;
    return this.source.hls?.liveSyncPosition ?? (seekable.length > 0 ? seekable.end(seekable.length - 1) - 2 : 0);
  }

  /** A viewer who went back on purpose is neither sped up nor moved forward. */
  private setBehindOnPurpose(on: boolean) {
    this.isBehindOnPurpose = on;
    const { hls } = this.source;
    if (hls) hls.config.liveMaxLatencyDuration = on ? Number.POSITIVE_INFINITY : LATENCY_SECONDS_MAX;
  }

  /** A new hls.js instance, or native playback, is attached to the element. */
  private opened() {
    this.watchdog = new Watchdog();
    this.edge.opened();
    void beginPlaying(this);
  }

  private report() {
    const { source, video } = this;
    const playing = { url: source.url, stats: this.edge.stats.peek(), rendition: source.rendition(), video };
    // Its code is loaded with the first report, which nobody waits for.
    import("./playback-report.ts").then(
      ({ reportPlayback }) => reportPlayback(playing),
      () => {}, // The edge is away; the next report asks for it again.
    );
  }

  private tick() {
    const nowMs = wallMs();
    const { video, last } = this;
    const wantsToPlay = !video.paused && !video.ended;
    if (video.currentTime !== last.seconds || !wantsToPlay) {
      if (nowMs - last.movedMs > BUFFERING_AFTER_MS * 2) last.stalledMs = nowMs;
      last.seconds = video.currentTime;
      last.movedMs = nowMs;
    }
    this.buffering.value = wantsToPlay && nowMs - last.movedMs >= BUFFERING_AFTER_MS;
    if (wantsToPlay && nowMs - last.stalledMs > STABLE_AFTER_MS && nowMs - last.movedMs < TICK_MS * 2)
      this.source.forgetFailures();
    this.crossGap();
    if (++this.ticks % 4 === 0) this.checkEachSecond(nowMs, wantsToPlay);
  }

  private crossGap() {
    if (this.started.value) crossGap(this.video, this.source.details);
  }

  private checkEachSecond(atMs: number, wantsToPlay: boolean) {
    const { video } = this;
    const { hls, edgeSeconds } = this.source;
    const latency = this.past?.behindSeconds() ?? (hls && hls.latency > 0 && this.started.value ? hls.latency : null);
    this.latencySeconds.value = latency === null ? null : Math.round(latency * 10) / 10;
    const behindFrom = behindFromSeconds(PLAYED, this.edge.stats.peek()?.targetSeconds ?? null);
    this.behind.value = this.started.value && !this.ended.value && latency !== null && latency > behindFrom;
    const sample = { atMs, playheadSeconds: video.currentTime, edgeSeconds, wantsToPlay };
    if (this.watchdog.check(sample)) void this.source.open();
  }
}
