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
/** Times of pictures are not whole milliseconds. */
const ROUNDING_MS = 1;
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

/** A part of what the address plays: it is all that there is, and its positions begin at 0. */
export interface Part {
  /** In the media. */
  startMs: number;
  endMs: number;
  /** How often it begins anew by itself. */
  repeats: number;
}

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

  /** Of the part; 0: it is the whole. */
  private readonly originMs: number;
  private repeatsLeft: number;
  private stopWatching = () => {};

  constructor(
    readonly video: HTMLVideoElement,
    private readonly part: Part | null = null,
  ) {
    this.originMs = part?.startMs ?? 0;
    this.repeatsLeft = part?.repeats ?? 0;
    if (part) {
      this.durationMs.value = part.endMs - part.startMs;
      this.stopWatching = watchPictures(video, (atSeconds) => this.shown(atSeconds));
    }
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
    on("ended", () => this.atEnd());
    on("timeupdate", () => this.look());
    on("progress", () => this.look());
    on("ratechange", () => {
      this.rate.value = video.playbackRate;
    });
    on("durationchange", () => {
      // hls.js knows it from the playlist; what it has appended so far may be shorter.
      if (!this.hls) this.measured(video.duration);
    });
    this.stopTicking = every(TICK_MS, () => this.tick());
  }

  /** Plays it from there. A second call replaces the address, never the element. */
  async load(url: string, fromMs: number) {
    this.url = url;
    this.failures = 0;
    this.positionMs.value = fromMs;
    await this.open();
  }

  toggle = () => {
    if (!this.video.paused) return this.video.pause();
    if (this.part && this.ended.peek()) this.seek(0);
    void beginPlaying(this);
  };

  resume = () => void beginPlaying(this);

  /** Stays within the video. */
  seek(toMs: number) {
    const endMs = this.durationMs.peek() || toMs;
    const to = Math.min(Math.max(0, toMs), endMs);
    this.positionMs.value = to;
    this.ended.value = false;
    this.video.currentTime = (to + this.originMs) / 1_000;
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
    this.stopWatching();
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
    const fromSeconds = (this.positionMs.peek() + this.originMs) / 1_000;
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
      this.gaps.value = this.part ? [] : spansOf(details.fragments);
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
    if (!this.part && Number.isFinite(seconds) && seconds > 0) this.durationMs.value = Math.round(seconds * 1_000);
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
    if (!video.seeking && this.started.peek()) this.positionMs.value = this.positionAt(video.currentTime);
    this.bufferedMs.value = this.positionAt(video.currentTime + bufferedAheadSeconds(video));
  }

  private positionAt(seconds: number): number {
    const ms = Math.round(seconds * 1_000) - this.originMs;
    return this.part ? Math.min(Math.max(0, ms), this.durationMs.peek()) : ms;
  }

  /** Behind the end of the part: what comes there was asked for by nobody. */
  private shown(atSeconds: number) {
    const { part, video } = this;
    if (part && !video.paused && !video.seeking && atSeconds * 1_000 >= part.endMs - ROUNDING_MS) this.atEnd();
  }

  private atEnd() {
    if (this.repeatsLeft > 0) {
      this.repeatsLeft--;
      this.seek(0);
      return void beginPlaying(this);
    }
    this.video.pause();
    this.ended.value = true;
    if (this.part) this.positionMs.value = this.durationMs.peek();
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

/** Says the time of each picture as it is shown; where the browser cannot, the position, some times a second. */
function watchPictures(video: HTMLVideoElement, shown: (atSeconds: number) => void): () => void {
  if (!("requestVideoFrameCallback" in video)) {
    const look = () => shown((video as HTMLVideoElement).currentTime);
    (video as HTMLVideoElement).addEventListener("timeupdate", look);
    return () => (video as HTMLVideoElement).removeEventListener("timeupdate", look);
  }
  let handle = 0;
  const next = () => {
    handle = video.requestVideoFrameCallback((_, { mediaTime }) => {
      shown(mediaTime);
      next();
    });
  };
  next();
  return () => video.cancelVideoFrameCallback(handle);
}
