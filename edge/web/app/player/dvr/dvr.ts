// A broadcast that can be rewound: one clock for its live edge and its recording, and which of the two plays.
//
//   live ──seek, a long pause──► rewound ──the end of the bar, "Back to live"──► live
//
// The element stays, and with it sound and full screen; hls.js is another one, on the playlist of the recording.

import { signal } from "@preact/signals";
import type { LevelDetails } from "hls.js";
import { every, steadyMs, wallMs } from "../../clock.ts";
import { serverMs } from "../../server-clock.ts";
import type { Span } from "../../videos/gaps.ts";
import type { SeekTrack } from "../../videos/seek-bar.tsx";
import { bufferedAheadSeconds, isMoving } from "../buffered.ts";
import type { Engine, Past } from "../engine.ts";
import type { Replay } from "../replay.ts";
import { FirstMedia } from "./first-media.ts";
import { placedStream } from "./placed-stream.ts";
import { Recording } from "./recording.ts";

const TICK_MS = 250;
/** Nearer to the live edge than this, live is meant. */
const LIVE_MS = 4_000;
/** What the live source lists is played by it, but for what may leave the list before it is loaded. */
const LEAVING_MS = 4_000;
const PAUSED_MS = 12_000;
const AT_END_SECONDS = 1;
/** A picture that waits longer is said to be stuck. */
const STUCK_MS = 4_000;
const BACK_BUFFER_SECONDS = 60;

export interface DvrBroadcast {
  id: string | null;
  /** Of the broadcast on air, by the server's clock; null: not known. */
  startedAtMs: number | null;
  /** Nothing is live any more. */
  isOver: boolean;
}

export class Dvr implements Past, SeekTrack {
  /** From the first picture to the live edge, or to the end of what is over. */
  readonly durationMs = signal(0);
  readonly positionMs = signal(0);
  readonly bufferedMs = signal(0);
  readonly gaps = signal<readonly Span[]>([]);
  /** The recording does not come: the object store or the network is away. */
  readonly isStuck = signal(false);
  /** Set by whoever knows it. */
  broadcast: DvrBroadcast = { id: null, startedAtMs: null, isOver: false };

  /** Null: nobody has gone back in this broadcast. */
  private recording: Recording | null = null;
  private recordingOfId: string | null = null;
  /** hls.js has the playlist of the recording, and knows where to begin. */
  private isPlaced = false;
  /** Live, at a moment of the steady clock. */
  private edge: { wallMs: number; steadyMs: number } | null = null;
  /** Where the pointer holds the thumb. */
  private heldMs: number | null = null;
  /** Wall time that was asked for and is not shown yet; null: it is. */
  private wantedMs: number | null = null;
  /** Wall time of the picture that was shown last. */
  private shownMs: number | null = null;
  private waitsSinceMs: number | null = null;
  private wasRewound = false;
  private readonly firstMedia = new FirstMedia();

  constructor(private readonly engine: Engine) {}

  /** Returns a function that stops it. */
  start(): () => void {
    const { engine } = this;
    const listening = new AbortController();
    const on = (name: string, heard: () => void) =>
      engine.video.addEventListener(name, heard, { signal: listening.signal });
    on("playing", () => {
      // The live source may play for a moment longer.
      if (this.isPlaced) this.wantedMs = null;
      this.tick();
    });
    on("seeked", () => this.tick());
    on("ended", () => {
      if (this.isRewound && !this.broadcast.isOver) engine.goLive(); // Another broadcast has begun.
    });
    engine.past = this;
    const stopTicking = every(TICK_MS, () => this.tick());
    this.tick();
    return () => {
      engine.past = null;
      stopTicking();
      listening.abort();
    };
  }

  behindSeconds(): number | null {
    return this.isRewound ? Math.max(0, this.edgeMs() - this.atMs()) / 1_000 : null;
  }

  seekBy(seconds: number) {
    this.goTo(this.atMs() + seconds * 1_000);
    this.tick();
  }

  /** After a long pause the live source has lost the place where the picture stands. */
  resumes(): boolean {
    const { shownMs } = this;
    if (this.isRewound || shownMs === null || this.edgeMs() - shownMs < PAUSED_MS) return false;
    if (this.isListedLive(shownMs)) return false;
    this.rewind(shownMs);
    return true;
  }

  seek(toMs: number) {
    this.heldMs = null;
    this.goTo(this.firstMs() + toMs);
    this.tick();
  }

  drag(toMs: number | null) {
    this.heldMs = toMs;
    this.tick();
  }

  /** Time of the day at this place of the bar, ms since 1970. */
  wallMs = (ms: number) => this.firstMs() + ms;

  /** Place in the bar of this place of the recording. */
  placeOf = (mediaMs: number) => (this.recording?.wallAt(mediaMs / 1_000) ?? 0) - this.firstMs();

  private get isRewound(): boolean {
    return this.engine.source.replay.peek() !== null;
  }

  private goTo(toMs: number) {
    const { engine } = this;
    const wanted = Math.max(this.firstMs(), toMs);
    if (!this.isAllOver() && wanted >= this.edgeMs() - LIVE_MS) return engine.goLive();
    if (!this.isRewound) {
      if (!this.isListedLive(wanted)) return this.rewind(wanted);
      engine.seek(engine.video.currentTime + (wanted - this.atMs()) / 1_000);
      this.shownMs = wanted;
      return;
    }
    // Before its playlist is there, it begins where it was asked for last.
    if (this.wantedMs !== null) this.wantedMs = wanted;
    if (!this.isPlaced) return;
    const seconds = this.secondsOf(wanted);
    this.shownMs = this.recording?.wallAt(seconds) ?? null;
    engine.seek(seconds);
  }

  private rewind(toMs: number) {
    this.wantedMs = toMs;
    this.isPlaced = false;
    this.recordingOfId = this.broadcast.id;
    this.engine.video.playbackRate = 1;
    // That which plays now is surely made.
    this.engine.rewind({ ...this.replay, rendition: this.engine.now.peek().rendition() });
  }

  private readonly replay: Omit<Replay, "rendition"> = {
    urlOf: (liveUrl) => {
      // The live address leads there no longer.
      if (this.recording && this.isPast()) return this.recording.url;
      return `${liveUrl}${liveUrl.includes("?") ? "&" : "?"}dvr=1`;
    },
    config: (Base) => {
      // The element begins anew, also after a failure.
      this.isPlaced = false;
      this.wantedMs ??= this.shownMs;
      return {
        liveMaxLatencyDuration: Number.POSITIVE_INFINITY,
        backBufferLength: BACK_BUFFER_SECONDS,
        streamController: placedStream(Base, (details) => {
          this.read(details);
          return this.secondsOf(this.atMs());
        }),
      };
    },
  };

  private secondsOf(atMs: number): number {
    return this.recording?.secondsOf(atMs, this.engine.source.hls?.levels.length ?? 1) ?? 0;
  }

  private read(details: LevelDetails) {
    this.recording = new Recording(details);
    this.isPlaced = true;
    this.gaps.value = this.recording.holes;
  }

  private tick() {
    if (this.isRewound) this.followRecording();
    else this.followLive();
    const { video, now } = this.engine;
    this.firstMedia.goTo(video, () => (this.isRewound ? this.secondsOf(this.atMs()) : (now.peek().liveSeconds() ?? 0)));
    this.show();
  }

  private followRecording() {
    const { source, video, buffering, ended } = this.engine;
    this.wasRewound = true;
    if (this.isPlaced && source.details && source.details !== this.recording?.details) this.read(source.details);
    if (this.wantedMs === null) this.shownMs = this.recording?.wallAt(video.currentTime) ?? null;
    if (buffering.peek()) this.waitsSinceMs ??= steadyMs();
    else this.waitsSinceMs = null;
    const isStuck = this.waitsSinceMs !== null && steadyMs() - this.waitsSinceMs >= STUCK_MS;
    const isAtEnd = this.isPlaced && video.currentTime >= (this.recording?.details.edge ?? 0) - AT_END_SECONDS;
    // The recording was not finished: what there is was played.
    if (isStuck && isAtEnd && this.broadcast.isOver) ended.value = true;
    this.isStuck.value = isStuck;
  }

  private followLive() {
    const { video } = this.engine;
    const now = this.engine.now.peek();
    const shown = now.shownMs();
    const behindSeconds = now.behindSeconds();
    this.waitsSinceMs = null;
    this.isStuck.value = false;
    if (this.wasRewound) {
      this.wasRewound = false;
      this.wantedMs = null;
      this.shownMs = null;
    }
    // hls.js moves a picture that stands still out of what leaves the list.
    if (shown !== null && !video.paused) this.shownMs = shown;
    // hls.js reckons the latency anew while the picture moves.
    if (shown !== null && behindSeconds !== null && isMoving(video))
      this.edge = { wallMs: shown + behindSeconds * 1_000, steadyMs: steadyMs() };
    if (this.recordingOfId === this.broadcast.id) return;
    this.recording = null;
    this.gaps.value = [];
    this.recordingOfId = this.broadcast.id;
  }

  private show() {
    const firstMs = this.firstMs();
    const endMs = (this.isAllOver() && this.recording?.endMs) || this.edgeMs();
    const durationMs = Math.max(0, endMs - firstMs);
    const isAtEdge = !this.isRewound && endMs - this.atMs() < LIVE_MS;
    const positionMs = isAtEdge ? durationMs : Math.min(durationMs, Math.max(0, this.atMs() - firstMs));
    this.durationMs.value = Math.round(durationMs);
    this.positionMs.value = Math.round(this.heldMs ?? positionMs);
    this.bufferedMs.value = Math.round(positionMs + bufferedAheadSeconds(this.engine.video) * 1_000);
  }

  private edgeMs(): number {
    const { edge } = this;
    return edge ? edge.wallMs + steadyMs() - edge.steadyMs : serverMs(wallMs());
  }

  private firstMs(): number {
    return this.recording?.firstMs ?? this.broadcast.startedAtMs ?? this.edgeMs();
  }

  private atMs(): number {
    return this.wantedMs ?? this.shownMs ?? this.edgeMs();
  }

  /** Of what plays, nothing more will come. */
  private isAllOver(): boolean {
    return this.broadcast.isOver || (this.isRewound && this.isPlaced && this.recording?.details.live === false);
  }

  /** What plays is not on air any more. */
  private isPast(): boolean {
    return this.broadcast.isOver || this.recordingOfId !== this.broadcast.id;
  }

  /** The live source can show it. */
  private isListedLive(atMs: number): boolean {
    const oldestMs = this.engine.now.peek().oldestMs();
    return oldestMs !== null && atMs >= oldestMs + LEAVING_MS;
  }
}
