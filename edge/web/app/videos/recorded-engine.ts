// Plays one video on one element: its place, its length, its qualities, and what it does when media do not come. engine.ts plays what is live.

import { signal } from "@preact/signals";
import type { ErrorData, default as Hls, HlsConfig, LevelDetails } from "hls.js";
import { after, every, wallMs } from "../clock.ts";
import { beginPlaying } from "../player/begin-playing.ts";
import { bufferedAheadSeconds } from "../player/buffered.ts";
import { crossGap } from "../player/cross-gap.ts";
import { loadHls } from "../player/load-hls.ts";
import { loadPreferences, savePreferences } from "../player/preferences.ts";
import { type Quality, qualitiesOf } from "../player/qualities.ts";
import { recoveryFrom } from "../player/recovery.ts";
import { Sound } from "../player/sound.ts";
import { random } from "../random.ts";
import { type Span, spansOf } from "./gaps.ts";

/** A picture that stands still this long while it should play shows the spinner. */
const BUFFERING_AFTER_MS = 500;
const TICK_MS = 250;
const FORBIDDEN = 403;
const GONE = 404;

const config: Partial<HlsConfig> = {
  // Segments are fMP4, so there is nothing to transmux.
  enableWorker: false,
  preferManagedMediaSource: true,
  maxBufferLength: 30,
  backBufferLength: 60,
  maxBufferHole: 0.5,
};

export class RecordedEngine {
  readonly playing = signal(false);
  readonly buffering = signal(false);
  /** The first picture has been shown. */
  readonly started = signal(false);
  readonly ended = signal(false);
  /** The browser did not allow playback, not even muted: a tap is needed. */
  readonly tapNeeded = signal(false);
  /** The video is not there any more. */
  readonly isGone = signal(false);
  readonly positionMs = signal(0);
  /** 0: not known yet. Of a video that is still recorded it grows. */
  readonly durationMs = signal(0);
  /** End of what is buffered at the position. */
  readonly bufferedMs = signal(0);
  /** 1: as fast as it was. */
  readonly rate = signal(1);
  /** Where nothing was recorded. */
  readonly gaps = signal<readonly Span[]>([]);
  readonly qualities = signal<Quality[]>([]);
  /** Index of the chosen quality; null: Auto. */
  readonly chosen = signal<number | null>(null);
  /** Index of the quality that is playing; null: unknown. */
  readonly current = signal<number | null>(null);
  readonly sound: Sound;

  private hls: Hls | null = null;
  private details: LevelDetails | null = null;
  private url: string | null = null;
  private failures = 0;
  private isStopped = false;
  private cancelRecovery = () => {};
  private readonly stopTicking: () => void;
  private readonly listening = new AbortController();
  private last = { seconds: -1, movedMs: wallMs() };

  /** The server refused media for want of a right, which may have ended; may be called often. */
  onDenied = () => {};

  constructor(readonly video: HTMLVideoElement) {
    this.sound = new Sound(video, { signal: this.listening.signal });
    const on = (name: string, heard: () => void) =>
      video.addEventListener(name, heard, { signal: this.listening.signal });
    on("play", () => {
      this.playing.value = true;
      this.tapNeeded.value = false;
    });
    on("pause", () => {
      this.playing.value = false;
    });
    on("playing", () => {
      this.started.value = true;
      this.ended.value = false;
    });
    on("ended", () => {
      this.ended.value = true;
    });
    on("timeupdate", () => this.look());
    on("progress", () => this.look());
    on("ratechange", () => {
      this.rate.value = video.playbackRate;
    });
    on("durationchange", () => this.measured(video.duration));
    this.stopTicking = every(TICK_MS, () => this.tick());
  }

  /** Plays it from there. A second call replaces the address, never the element. */
  async load(url: string, fromMs: number) {
    this.url = url;
    this.failures = 0;
    this.positionMs.value = fromMs;
    await this.open();
  }

  toggle = () => (this.video.paused ? void beginPlaying(this) : this.video.pause());

  resume = () => void beginPlaying(this);

  /** Stays within the video. */
  seek(toMs: number) {
    const endMs = this.durationMs.peek() || toMs;
    const to = Math.min(Math.max(0, toMs), endMs);
    this.positionMs.value = to;
    this.video.currentTime = to / 1_000;
  }

  seekBy(seconds: number) {
    this.seek(this.positionMs.peek() + seconds * 1_000);
  }

  setRate(rate: number) {
    this.video.playbackRate = rate;
  }

  /** Null: Auto. Kept on this device. */
  choose(index: number | null) {
    savePreferences({
      quality: this.qualities.peek().find((quality) => quality.index === index)?.rendition ?? null,
    });
    this.chosen.value = index;
    if (this.hls) this.hls.nextLevel = index ?? -1;
  }

  /** May be called twice. */
  stop() {
    this.isStopped = true;
    this.cancelRecovery();
    this.stopTicking();
    this.listening.abort();
    this.hls?.destroy();
    this.hls = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Opens the address with a new player, at the position. */
  private async open() {
    const { default: HlsClass } = await loadHls();
    const { url } = this;
    if (this.isStopped || url === null) return;
    this.cancelRecovery();
    this.hls?.destroy();
    this.hls = null;
    this.details = null;
    const fromSeconds = this.positionMs.peek() / 1_000;
    if (HlsClass.isSupported()) this.openHls(HlsClass, url, fromSeconds);
    else this.openNative(url, fromSeconds);
    void beginPlaying(this);
  }

  private openHls(HlsClass: typeof Hls, url: string, fromSeconds: number) {
    const hls = new HlsClass({ ...config, startPosition: fromSeconds });
    this.hls = hls;
    const { Events } = HlsClass;
    hls.on(Events.MANIFEST_PARSED, () => {
      this.qualities.value = qualitiesOf(hls.levels);
      const wanted = loadPreferences().quality;
      const kept = this.qualities.value.find(({ rendition }) => wanted !== null && rendition === wanted);
      this.chosen.value = kept?.index ?? null;
      if (kept) hls.loadLevel = kept.index;
    });
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      this.current.value = level;
    });
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => {
      this.details = details;
      this.gaps.value = spansOf(details.fragments);
      this.measured(details.edge);
    });
    hls.on(Events.ERROR, (_, data) => this.recover(hls, data));
    hls.attachMedia(this.video);
    hls.loadSource(url);
  }

  private openNative(url: string, fromSeconds: number) {
    this.qualities.value = [];
    this.video.onerror = () => this.openLater("networkError", "manifest");
    this.video.src = url;
    this.video.currentTime = fromSeconds;
  }

  private measured(seconds: number) {
    if (Number.isFinite(seconds) && seconds > 0) this.durationMs.value = Math.round(seconds * 1_000);
  }

  private recover(hls: Hls, data: ErrorData) {
    if (hls !== this.hls) return;
    const code = data.response?.code;
    if (code === FORBIDDEN) this.onDenied();
    if (code === GONE && data.fatal && data.details.startsWith("manifest")) {
      this.isGone.value = true;
      return;
    }
    if (!data.fatal) return; // hls.js recovers from the other errors itself.
    this.openLater(data.type, data.details);
  }

  private openLater(type: string, details: string) {
    this.cancelRecovery();
    const { how, delayMs } = recoveryFrom({ type, details, failures: this.failures++, chance: random() });
    if (how === "media" && this.hls) {
      this.hls.recoverMediaError();
      void beginPlaying(this);
      return;
    }
    this.cancelRecovery = after(delayMs, () => {
      if (how === "resume" && this.hls) this.hls.startLoad();
      else void this.open();
    });
  }

  private look() {
    const { video } = this;
    // What a person asked for stays in the bar until the picture is there.
    if (!video.seeking && this.started.peek()) this.positionMs.value = Math.round(video.currentTime * 1_000);
    this.bufferedMs.value = Math.round((video.currentTime + bufferedAheadSeconds(video)) * 1_000);
  }

  private tick() {
    const { video, last } = this;
    const nowMs = wallMs();
    const wantsToPlay = !video.paused && !video.ended;
    if (video.currentTime !== last.seconds || !wantsToPlay) {
      last.seconds = video.currentTime;
      last.movedMs = nowMs;
      if (wantsToPlay) this.failures = 0;
    }
    this.buffering.value = wantsToPlay && nowMs - last.movedMs >= BUFFERING_AFTER_MS;
    if (this.started.peek() && this.gaps.peek().length > 0) crossGap(video, this.details);
  }
}
