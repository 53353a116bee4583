// Live media by WebRTC (WHEP). Another delivery shows the picture until this one has one of its own, and again when it is lost.
//
//   connects ──first picture──► takes the element ──lost──► off the element, connects ──…──► over
//      └──no use──► over

import { signal } from "@preact/signals";
import { after, every, steadyMs, wallMs } from "../../clock.ts";
import { random } from "../../random.ts";
import { serverMs } from "../../server-clock.ts";
import type { Delivery } from "../delivery.ts";
import { hold } from "../held-picture.ts";
import type { FallBackReason } from "../latency-choice.ts";
import type { LiveStats } from "../live-edge.ts";
import { seeingOf, Unseen } from "../low/unseen.ts";
import type { Quality } from "../qualities.ts";
import { RealtimeAttempts, type SessionEnd } from "./attempts.ts";
import { OftenStopped } from "./often-stopped.ts";
import { RealtimePeer } from "./peer.ts";
import { StreamFigures, type StreamReport } from "./stream-figures.ts";

interface RealtimeEvents {
  /** It has a picture, and plays on the element from now on. */
  takes(realtime: RealtimeDelivery): void;
  /** There is something to play. */
  opened(): void;
  hasMedia(): void;
  /** A viewer who was behind is at the live edge again. */
  wentLive(): void;
  denied(): void;
  /** It is off the element: another delivery must show the picture. */
  lost(): void;
  /** It does not work here. Once, and off the element. `reason` null: there is nothing to play. */
  over(reason: FallBackReason | null): void;
}

interface RealtimeOptions {
  video: HTMLVideoElement;
  /** The viewer paused. */
  isBehindOnPurpose(): boolean;
  /** The encoder is disconnected: nothing comes. */
  isSourceLost(): boolean;
  events: RealtimeEvents;
}

const TICK_MS = 250;
const FORBIDDEN = new Set([401, 403]);
/** While the encoder is disconnected there is nothing to connect to. */
const SOURCE_AWAY_MS = 1_000;

export class RealtimeDelivery implements Delivery {
  readonly mode = "realtime";
  /** The server chooses by what the line carries. */
  readonly qualities = signal<Quality[]>([]);
  readonly chosen = signal<number | null>(null);
  readonly current = signal<number | null>(null);
  readonly stats = signal<LiveStats | null>(null);
  readonly stopsOften = signal(false);
  private readonly attempts = new RealtimeAttempts();
  private readonly unseen = new Unseen();
  private figures = new StreamFigures();
  private often = new OftenStopped();
  /** Null: not begun. */
  private url: string | null = null;
  private peer: RealtimePeer | null = null;
  /** Has a picture, and is not on the element yet. */
  private ready: MediaStream | null = null;
  private playsSinceMs: number | null = null;
  private isResting = false;
  private isOver = false;
  private cancelAgain = () => {};
  private readonly stopTicking: () => void;
  private readonly listening = new AbortController();

  constructor(private readonly options: RealtimeOptions) {
    this.stopTicking = every(TICK_MS, () => this.tick());
    const { signal } = this.listening;
    // A page that is left ends its session, not the server after a while.
    window.addEventListener("pagehide", () => this.drop(), { signal });
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.connect(), { signal });
    document.addEventListener("visibilitychange", () => this.rest(), { signal });
    options.video.addEventListener("play", () => this.rest(), { signal });
  }

  /** It plays on the element. */
  get isOn(): boolean {
    return this.playsSinceMs !== null;
  }

  choose() {}
  rendition = () => null;
  interrupted() {}
  oldestMs = () => null;
  oldestSeconds = () => null;
  liveSeconds = () => null;

  /** The address of the multivariant playlist: a new one, with a new right to watch, is for the next session. */
  load(url: string) {
    const isBegun = this.url !== null;
    this.url = url;
    if (!isBegun) this.connect();
  }

  /** Something else plays on the element next; until then its last picture stays, for `heldMs` at most. */
  leaveElement(heldMs?: number | null) {
    const { video } = this.options;
    if (!video.srcObject) return;
    hold(video, heldMs);
    video.srcObject = null;
    this.playsSinceMs = null;
    this.stats.value = null;
  }

  /** May be called twice. */
  stop() {
    this.isOver = true;
    this.stopTicking();
    this.listening.abort();
    this.drop();
  }

  behindSeconds = () => this.stats.peek()?.behindEdgeSeconds ?? null;
  latencySeconds = () => this.stats.peek()?.glassSeconds ?? this.behindSeconds();

  shownMs(): number | null {
    const latency = this.stats.peek()?.glassSeconds ?? null;
    return latency === null ? null : serverMs(wallMs()) - latency * 1_000;
  }

  private connect() {
    this.cancelAgain();
    if (this.isOver || this.peer || this.url === null) return;
    if (this.options.isSourceLost()) return this.connectIn(SOURCE_AWAY_MS);
    this.figures = new StreamFigures();
    this.often = new OftenStopped();
    this.peer = new RealtimePeer({
      url: whepAddress(this.url, document.baseURI),
      isQuiet: () => this.options.isSourceLost() || document.visibilityState === "hidden",
      events: {
        picture: (stream) => {
          this.ready = stream;
          this.take();
        },
        report: (report) => this.reported(report),
        ended: (end) => this.ended(end),
      },
    });
  }

  /** Ends the session, off the element. */
  private drop(heldMs?: number | null) {
    this.cancelAgain();
    this.leaveElement(heldMs);
    this.ready = null;
    this.peer?.close();
    this.peer = null;
  }

  private take() {
    const { video, isBehindOnPurpose, events } = this.options;
    // Who paused, or went back, stays there.
    if (!this.ready || isBehindOnPurpose()) return;
    hold(video);
    events.takes(this);
    video.removeAttribute("src");
    video.srcObject = this.ready;
    this.ready = null;
    this.playsSinceMs = steadyMs();
    events.hasMedia();
    events.opened();
  }

  private reported(report: StreamReport) {
    if (!this.isOn) return;
    const stats = this.figures.take(report, serverMs(wallMs()));
    this.stats.value = stats;
    this.stopsOften.value = this.often.look(stats.stalls, steadyMs());
  }

  private ended(end: SessionEnd) {
    const { events, isSourceLost } = this.options;
    const playedMs = this.playsSinceMs === null ? null : steadyMs() - this.playsSinceMs;
    const wasOn = this.isOn;
    this.leaveElement();
    this.ready = null;
    this.peer = null;
    if (wasOn) events.lost();
    if (end.why === "refused" && FORBIDDEN.has(end.refusal.status)) events.denied();
    // That is no fault of the way.
    if (isSourceLost()) return this.connectIn(SOURCE_AWAY_MS);
    const next = this.attempts.ended(end, playedMs, random());
    if (next.phase === "again") return this.connectIn(next.afterMs);
    this.stop();
    events.over(next.reason);
  }

  private connectIn(ms: number) {
    this.cancelAgain = after(ms, () => this.connect());
  }

  private tick() {
    this.rest();
    this.take();
  }

  /** Nothing is sent while nobody sees or hears it. */
  private rest() {
    const { video, events } = this.options;
    const isUnseen = this.isOn || this.isResting ? this.unseen.isUnseen(seeingOf(video), steadyMs()) : false;
    if (isUnseen === this.isResting) return;
    this.isResting = isUnseen;
    if (isUnseen) return this.drop(null); // Who paused sees the picture where it was.
    events.wentLive();
    events.lost();
    this.connect();
  }
}

/** Beside the multivariant playlist, with its token and its viewer's name. `base`: what a relative URL is below. */
export function whepAddress(playlistUrl: string, base: string): string {
  const playlist = new URL(playlistUrl, base);
  const address = new URL("whep", playlist);
  address.search = playlist.search;
  return address.href;
}
