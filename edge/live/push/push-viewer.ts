// One viewer's socket: begins at the newest keyframe, gets each frame as it comes, and skips to a later keyframe when the connection is too slow.
//
//   waiting for a keyframe ──► catching up (paced by drain) ──► subscribed ──(too much unread)──► waiting for a keyframe

import type { ServerWebSocket } from "bun";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import {
  LIVE_REQUEST_BYTES_MAX,
  type LiveFrame,
  type LivePlace,
  type LiveRendition,
  liveClose,
  readLiveRequest,
} from "#schema/wire/live-stream.ts";
import { pushSkips } from "./push-metrics.ts";
import type { LiveStart, PushedRendition } from "./pushed-rendition.ts";

/** Catching up pauses over it, until the socket has drained. */
const PACE_BYTES = 256 * 1024;
/** More unread than this, or than half a second of media, is too slow. It is below the hard limit of the port. */
const SLOW_BYTES = 192 * 1024;
const SLOW_BYTES_MAX = 512 * 1024;
/** So many skips within that time: the next lower rendition. */
const SKIPS_MAX = 3;
const SKIPS_WITHIN_MS = 20_000;
/** Without a skip for this time: the next higher one, if the viewer leaves the choice to us. Doubles with each fall. */
const RISE_AFTER_MS = 60_000;
const RISE_AFTER_MAX_MS = 960_000;
const MALFORMED_MAX = 3;
/** While no media comes, pings keep proxies and the port from cutting the connection; the first one comes earlier, so that those who joined
 *  together are not pinged together. */
const PING_EVERY_MS = 25_000;
/** Who answers no pings for this time is gone. */
const GONE_AFTER_MS = 55_000;

export interface PushData {
  push: PushViewer | undefined;
  enter: PushEntrance;
}

export interface PushEntrance {
  channelId: string;
  broadcastId: string;
  renditions: readonly LiveRendition[];
  /** As asked for; null: the best that the socket carries. */
  rendition: string | null;
  /** What the viewer has of that rendition already; null: nothing. */
  after: LivePlace | null;
  /** Of a viewer, as it is limited; null: a relay. */
  address: string | null;
  /** Called from time to time while the viewer watches. False: the right to watch has ended. */
  stillMay(): Promise<boolean>;
}

interface PushViewerParts {
  clock: Clock;
  random: Pick<Random, "next">;
  rendition(name: string): PushedRendition;
  left(viewer: PushViewer): void;
}

export class PushViewer {
  #rendition: PushedRendition;
  /** Of the next entry to send; null: subscribed; "key": the next keyframe from `#notBefore` on. */
  #cursor: number | "key" | null = "key";
  #notBefore = 0;
  /** Of a viewer who comes back, until the first fragment. */
  #after: LivePlace | null;
  /** What the socket was told last. */
  #start: LiveStart | null = null;
  #isAuto: boolean;
  #skips: number[] = [];
  #calmSinceMs: number;
  #riseAfterMs = RISE_AFTER_MS;
  #isPaused = false;
  #closed = false;
  #malformed = 0;
  #heardMs: number;
  #pingAtMs: number;

  constructor(
    private readonly parts: PushViewerParts,
    readonly ws: ServerWebSocket<PushData>,
  ) {
    const { renditions, rendition, after } = this.enter;
    this.#after = after;
    this.#calmSinceMs = parts.clock.monoMs();
    this.#heardMs = this.#calmSinceMs;
    this.#pingAtMs = this.#heardMs + PING_EVERY_MS * parts.random.next();
    this.#isAuto = rendition === null;
    const first = renditions.find(({ name }) => name === rendition) ?? renditions[0]!;
    this.#say({ type: "renditions", renditions: [...renditions] });
    this.#rendition = parts.rendition(first.name);
    if (this.#rendition.isWaiting) this.#say({ type: "waiting" });
    this.pump();
  }

  get enter() {
    return this.ws.data.enter;
  }

  get renditionName() {
    return this.#rendition.name;
  }

  /** The viewer sent something, or answered a ping. */
  heard() {
    this.#heardMs = this.parts.clock.monoMs();
  }

  receive(data: string | Uint8Array) {
    this.heard();
    const request = typeof data === "string" && data.length <= LIVE_REQUEST_BYTES_MAX ? readLiveRequest(data) : null;
    if (!request) {
      if (++this.#malformed >= MALFORMED_MAX) this.close(liveClose.badFrame, "frames that cannot be read");
      return;
    }
    if (request.type === "pause") this.#pause();
    else if (request.type === "resume") this.#resume();
    else if (request.type === "ping") this.#say({ type: "pong" });
    else {
      const wanted = this.enter.renditions.find(({ name }) => name === request.name);
      this.#isAuto = wanted === undefined;
      if (wanted && wanted.name !== this.renditionName) this.#turnTo(wanted.name);
    }
  }

  /** Sends what is due. To be called at each keyframe, at each drain, and from time to time. */
  pump() {
    if (this.#closed || this.#isPaused || this.#cursor === null) return;
    if (this.#cursor === "key") {
      const key = this.#after ? this.#rendition.keyFor(this.#after) : this.#rendition.newestKey;
      if (key === null || key < this.#notBefore || this.ws.getBufferedAmount() > PACE_BYTES) return;
      this.#cursor = key;
      this.#after = null;
    }
    while (this.#cursor < this.#rendition.nextIndex) {
      if (this.ws.getBufferedAmount() > PACE_BYTES) return;
      const entry = this.#rendition.entry(this.#cursor);
      if (!entry) return this.#skip(); // So far behind that it is not kept any more.
      if (entry.start !== this.#start) {
        this.#start = entry.start;
        this.ws.send(entry.start.head);
        this.ws.send(entry.start.init);
      }
      this.ws.send(entry.frame);
      this.#cursor++;
    }
    this.#cursor = null;
    this.ws.subscribe(this.#rendition.topic);
  }

  /** To be called a few times a second. */
  sweep(nowMs: number) {
    if (this.#closed) return;
    if (nowMs - this.#heardMs >= GONE_AFTER_MS) return this.ws.terminate();
    if (nowMs >= this.#pingAtMs) {
      this.#pingAtMs = nowMs + PING_EVERY_MS;
      this.ws.ping();
    }
    if (this.#isPaused) return;
    const slowBytes = Math.min(SLOW_BYTES_MAX, Math.max(SLOW_BYTES, this.#rendition.bytesPerSecond / 2));
    if (this.#cursor === null && this.ws.getBufferedAmount() > slowBytes) this.#skip();
    else this.pump();
    if (this.#isAuto && nowMs - this.#calmSinceMs >= this.#riseAfterMs) this.#rise();
  }

  close(code: number, why: string) {
    if (!this.#closed) this.ws.close(code, why);
  }

  say(frame: LiveFrame) {
    if (!this.#closed) this.#say(frame);
  }

  gone() {
    if (this.#closed) return;
    this.#closed = true;
    this.parts.left(this);
  }

  #say(frame: LiveFrame) {
    this.ws.send(JSON.stringify(frame));
  }

  #skip() {
    const nowMs = this.parts.clock.monoMs();
    pushSkips.inc();
    this.#calmSinceMs = nowMs;
    this.#skips = [...this.#skips.filter((atMs) => nowMs - atMs < SKIPS_WITHIN_MS), nowMs];
    if (this.#skips.length >= SKIPS_MAX) {
      const lower = this.#beside(1);
      if (!lower) return this.close(liveClose.tooSlow, "too slow for the lowest rendition");
      this.#skips = [];
      this.#riseAfterMs = Math.min(RISE_AFTER_MAX_MS, 2 * this.#riseAfterMs);
      return this.#turnTo(lower);
    }
    this.#waitForKey();
    this.#say({ type: "skipped", to: this.renditionName });
  }

  #rise() {
    this.#calmSinceMs = this.parts.clock.monoMs();
    const higher = this.#beside(-1);
    if (higher) this.#turnTo(higher);
  }

  /** The name of the rendition that is so many places below this one; undefined: none. */
  #beside(places: number): string | undefined {
    const { renditions } = this.enter;
    return renditions[renditions.findIndex(({ name }) => name === this.renditionName) + places]?.name;
  }

  #turnTo(name: string) {
    this.ws.unsubscribe(this.#rendition.topic);
    this.#rendition = this.parts.rendition(name);
    this.#cursor = "key";
    this.#notBefore = 0;
    this.#after = null;
    this.#say({ type: "skipped", to: name });
    this.pump();
  }

  #waitForKey() {
    this.ws.unsubscribe(this.#rendition.topic);
    this.#cursor = "key";
    this.#notBefore = this.#rendition.nextIndex;
    // What was published meanwhile may have told it of another start.
    this.#start = null;
  }

  #pause() {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#waitForKey();
  }

  /** The newest keyframe, however old: the picture is wanted at once. */
  #resume() {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#notBefore = 0;
    this.pump();
  }
}
