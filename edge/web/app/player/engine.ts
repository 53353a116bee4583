// Drives one video element: what delivers its live media, play, pause and seek, and what is told of it.

import { signal } from "@preact/signals";
import type { default as Hls } from "hls.js";
import { every, wallMs } from "../clock.ts";
import { beginPlaying } from "./begin-playing.ts";
import { isMoving } from "./buffered.ts";
import { Deliveries } from "./deliveries.ts";
import type { EarlyMedia } from "./early/media.ts";
import type { EarlyPicture } from "./early/picture.ts";
import { behindFromSeconds, type LatencyMode } from "./latency-mode.ts";
import type { LiveStats } from "./live-edge.ts";
import { Movement } from "./movement.ts";
import type { Replay } from "./replay.ts";
import { Sound } from "./sound.ts";

const TICK_MS = 250;
const REPORT_EACH_MS = 10_000;

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

interface EngineOptions {
  /** Plays on the element already. Default: null. */
  picture?: EarlyPicture | null;
  /** The latency that the page's address asks for. Default: null, none. */
  asked?: LatencyMode | null;
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
  /** The browser did not allow playback, not even muted: a tap is needed. */
  readonly tapNeeded = signal(false);
  /** Seconds behind the newest picture on the server; null while unknown. */
  readonly latencySeconds = signal<number | null>(null);
  /** Farther than the latency mode allows. */
  readonly behind = signal(false);

  /** The server has real time for this channel; not known yet counts as well. */
  readonly offersRealtime = signal(true);

  /** Null: nothing can be rewound, or not yet. */
  past: Past | null = null;
  /** It can play nothing any more. */
  isStopped = false;
  private readonly deliveries: Deliveries;
  /** The viewer went back or paused, so the latency is intended. */
  private isBehindOnPurpose = false;
  /** The encoder is disconnected. */
  private isSourceLost = false;
  private readonly stopTicking: () => void;
  private readonly stopReporting: () => void;
  private readonly listening = new AbortController();
  private readonly movement = new Movement(wallMs());
  private ticks = 0;

  /** The server refused media for want of a right; may be called often. */
  onDenied = () => {};

  constructor(
    readonly video: HTMLVideoElement,
    { picture = null, asked = null }: EngineOptions = {},
  ) {
    this.sound = new Sound(video, { signal: this.listening.signal, isMuteForced: picture?.isMuteForced === true });
    this.deliveries = new Deliveries({
      video,
      asked,
      isBehindOnPurpose: () => this.isBehindOnPurpose,
      isSourceLost: () => this.isSourceLost,
      offersRealtime: () => this.offersRealtime.peek(),
      hasStarted: () => this.started.peek(),
      events: {
        opened: () => void beginPlaying(this),
        hasMedia: () => {
          this.hasMedia.value = true;
        },
        denied: () => this.onDenied(),
        wentLive: () => this.setBehindOnPurpose(false),
      },
    });
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
        return engine.now.peek().stats.peek();
      },
      video,
    };
  }

  /** Where LL-HLS and recordings come from. */
  get source() {
    return this.deliveries.source;
  }
  /** A signal: what plays live media now. */
  get now() {
    return this.deliveries.now;
  }
  /** A signal: see Deliveries. */
  get fallBack() {
    return this.deliveries.fallBack;
  }

  /**
   * Plays `url` from its live edge; a second call replaces the source, never the element. `early`: what was fetched already. Who has rewound
   * stays there, and comes to this address by `goLive`.
   */
  async load(url: string, early: EarlyMedia | null = null) {
    const { source } = this;
    if (source.replay.peek()) {
      source.url = url;
      return;
    }
    this.isBehindOnPurpose = false;
    this.ended.value = false;
    await this.deliveries.load(url, early);
  }

  /** Null: nothing was loaded. */
  get url(): string | null {
    return this.source.url;
  }

  /** By the viewer; kept on this device. */
  chooseLatency(mode: LatencyMode) {
    this.deliveries.choose(mode);
    this.goLive();
  }

  /** May be called twice. */
  stop() {
    this.isStopped = true;
    this.stopTicking();
    this.stopReporting();
    this.listening.abort();
    this.deliveries.stop();
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
    this.isBehindOnPurpose = true;
    this.ended.value = false;
    this.deliveries.rewind(replay);
  }

  /** Stays within what can be played; near its end, plays live. */
  seekBy(seconds: number) {
    if (this.past) return this.past.seekBy(seconds);
    const now = this.now.peek();
    const [oldest, live] = [now.oldestSeconds(), now.liveSeconds()];
    if (oldest === null || live === null) return;
    const to = Math.max(oldest, this.video.currentTime + seconds);
    if (to >= live - 0.5) return this.goLive();
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
    const to = this.now.peek().liveSeconds();
    if (to !== null) this.video.currentTime = to;
    void beginPlaying(this);
  }

  /** The encoder left or came back. */
  interrupted(isLost: boolean) {
    this.isSourceLost = isLost;
    this.now.peek().interrupted();
  }

  /** A viewer who went back on purpose is neither sped up nor moved forward. */
  private setBehindOnPurpose(on: boolean) {
    this.isBehindOnPurpose = on;
    this.deliveries.normal.setBehindOnPurpose(on);
  }

  private report() {
    const { source, video } = this;
    const now = this.now.peek();
    const playing = { url: source.url, stats: now.stats.peek(), rendition: now.rendition(), video };
    // Its code is loaded with the first report, which nobody waits for.
    import("./playback-report.ts").then(
      ({ reportPlayback }) => reportPlayback(playing),
      () => {}, // The edge is away; the next report asks for it again.
    );
  }

  private tick() {
    const nowMs = wallMs();
    const { movement, source } = this;
    movement.look(this.video, nowMs);
    this.buffering.value = movement.isBuffering;
    if (movement.isStable) source.forgetFailures();
    this.deliveries.normal.crossGap();
    if (++this.ticks % 4 === 0) this.checkEachSecond(nowMs, movement.wantsToPlay);
  }

  private checkEachSecond(atMs: number, wantsToPlay: boolean) {
    const now = this.now.peek();
    const isStarted = this.started.value;
    const behind = this.past?.behindSeconds() ?? (isStarted ? now.behindSeconds() : null);
    const latency = this.past?.behindSeconds() ?? (isStarted ? now.latencySeconds() : null);
    this.latencySeconds.value = latency === null ? null : Math.round(latency * 10) / 10;
    const behindFrom = behindFromSeconds(now.mode, now.stats.peek()?.targetSeconds ?? null);
    this.behind.value = isStarted && !this.ended.value && behind !== null && behind > behindFrom;
    this.deliveries.normal.check(atMs, wantsToPlay);
  }
}
