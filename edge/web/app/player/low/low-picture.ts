// The picture of live media by WebSocket: takes the element, places media on its timeline, and keeps the picture where media are.
//
//   connects, wakes ──► the burst since the keyframe comes ──no faster than it is made──► goes live, once ──► follows, over gaps

import { type LiveHead, type LiveRecord, RECORD } from "#schema/wire/live-stream.ts";
import { steadyMs } from "../../clock.ts";
import { BufferMargin } from "../buffer-margin.ts";
import type { EarlyMedia } from "../early/media.ts";
import { beginningOf } from "../early/media-times.ts";
import { hold } from "../held-picture.ts";
import { type RateBounds, RateController } from "../rate-controller.ts";
import { livePlace, overGap, type Range } from "./buffer-plan.ts";
import { Burst } from "./burst.ts";
import { LiveMedia } from "./live-media.ts";
import { LiveTimeline } from "./live-timeline.ts";

interface PictureEvents {
  /** It has media, and takes the element now. `isPlaying`: what played there goes on. */
  takes(isPlaying: boolean): void;
  /** There is something to play where the picture is. */
  opened(): void;
  hasMedia(): void;
  /** `isSupported`: the browser knows the codecs. */
  failed(isSupported: boolean): void;
}

interface PictureOptions {
  video: HTMLVideoElement;
  /** What plays on the element already; null: nothing does. */
  early: EarlyMedia | null;
  /** The viewer paused or went back. */
  isBehindOnPurpose(): boolean;
  events: PictureEvents;
}

/** A burst that lasts longer is on a slow network: it is played from where it is. */
const BURST_MS = 300;
/** Within this distance from the goal the picture is not moved after a burst. */
const NEAR_SECONDS = 0.3;
/** A picture of a usual source. */
export const FRAGMENT_SECONDS = 1 / 30;
export const LOW_BOUNDS: RateBounds = { rateMax: 1.08, calmSeconds: 0.03, nearlyEmptySeconds: 0.05, farSeconds: 2 };
export const LOW_MARGIN_SECONDS = 0.1;

/** Kept for the life of the page, as that of LL-HLS. */
const margin = new BufferMargin(LOW_MARGIN_SECONDS);

export class LowPicture {
  readonly controller = new RateController(margin, LOW_BOUNDS);
  private timeline = new LiveTimeline();
  private media: LiveMedia | null = null;
  private early: EarlyMedia | null;
  /** What came before the element was taken; null: it is not being taken. */
  private waiting: [LiveRecord, LiveHead][] | null = null;
  private init: Uint8Array | null = null;
  /** Comes now; null: it is over. */
  private burst: Burst | null = null;
  private burstMs: number | null = null;
  /** The picture goes to the live edge after the burst, wherever it is. */
  private goesLive = true;
  /** It plays, or has been told to. */
  private hasBegun = false;
  private isOver = false;

  constructor(private readonly options: PictureOptions) {
    this.early = options.early;
  }

  /** It plays on the element. */
  get isOn(): boolean {
    return this.media !== null;
  }

  get ranges(): Range[] {
    return this.media?.ranges ?? [];
  }

  wallMs = (seconds: number) => this.timeline.wallMs(seconds);
  liveSeconds = () => livePlace(this.ranges, this.targetSeconds());
  private targetSeconds = () => this.controller.targetSeconds(FRAGMENT_SECONDS);

  /** What comes next begins with a burst. */
  startBurst() {
    this.burst = new Burst();
    this.burstMs = null;
    this.goesLive = !this.options.isBehindOnPurpose();
  }

  /** `head`: the newest. */
  add(record: LiveRecord, head: LiveHead) {
    if (this.media) return this.feed(record, head);
    this.waiting?.push([record, head]);
    if (this.waiting) return;
    // An init segment is kept until there is something to show.
    if (record.kind === RECORD.init) this.init = record.bytes;
    else if (record.kind === RECORD.fragment && this.init) {
      this.waiting = [
        [{ ...record, kind: RECORD.init, bytes: this.init }, head],
        [record, head],
      ];
      void this.take();
    }
  }

  /** The broadcast is over: what was added is played to its end. */
  end() {
    this.media?.end();
  }

  /** Keeps the picture where media are. Call it often. */
  place() {
    const live = this.liveSeconds();
    if (live === null) return;
    const { video, events, isBehindOnPurpose } = this.options;
    events.hasMedia();
    const nowMs = steadyMs();
    if (this.burst?.isOver(nowMs)) this.burst = null;
    const isLong = this.burstMs !== null && nowMs - this.burstMs > BURST_MS;
    // All of it is in the buffer, not only here: else its newest media would still be what was there before, with a gap behind it.
    const isIn = this.burst === null && (this.media?.isIdle ?? false);
    if (this.goesLive && (isIn || (!this.hasBegun && isLong))) {
      if (isIn) this.goesLive = false;
      if (Math.abs(live - video.currentTime) > NEAR_SECONDS) video.currentTime = live;
      this.begin();
    }
    if (this.goesLive) return;
    const targetSeconds = isBehindOnPurpose() ? Number.POSITIVE_INFINITY : this.targetSeconds();
    const stands = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    const to = overGap(this.ranges, { atSeconds: video.currentTime, targetSeconds, stands });
    if (to !== null) video.currentTime = to;
  }

  /** The picture stands still although media come: the decoder hangs. */
  hangs() {
    this.media?.stop();
    this.failed(true);
  }

  /** Something else plays on the element next; until then its last picture stays. */
  leave() {
    if (this.media) hold(this.options.video);
    this.stop();
  }

  /** May be called twice. */
  stop() {
    this.isOver = true;
    this.media?.stop();
  }

  private begin() {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.options.events.opened();
  }

  private async take() {
    const { early, options } = this;
    const { video, events } = options;
    this.early = null;
    const taken = (await early?.takePicture(video)) ?? null;
    if (this.isOver) return;
    if (!taken) hold(video);
    events.takes(taken !== null);
    this.hasBegun = taken !== null;
    // The picture that plays has placed the media times of this broadcast.
    this.timeline = new LiveTimeline(taken?.sourceBuffer.timestampOffset ?? 0);
    const failed = (isSupported: boolean) => this.failed(isSupported);
    this.media = new LiveMedia({ video, taken, events: { appended: () => this.place(), failed } });
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const [record, head] of waiting) this.feed(record, head);
  }

  private feed({ kind, key, bytes }: LiveRecord, head: LiveHead) {
    const offsetSeconds = this.timeline.offsetSeconds(head.clockMs);
    if (kind === RECORD.init) {
      this.init = bytes;
      this.media?.add({ kind: "init", bytes, codecs: head.codecs, offsetSeconds });
    } else if (kind === RECORD.fragment && this.init) {
      const beginsSeconds = beginningOf(this.init, bytes);
      if (beginsSeconds !== null) this.arrived(beginsSeconds + offsetSeconds);
      this.media?.add({ kind: "media", bytes, key });
    }
  }

  private arrived(startSeconds: number) {
    const atMs = steadyMs();
    this.burstMs ??= atMs;
    // What the server had ready says nothing about the network.
    if (this.burst) this.burst.fragment(atMs, startSeconds);
    else this.controller.arrived({ atMs, startSeconds });
  }

  private failed(isSupported: boolean) {
    hold(this.options.video);
    this.media = null;
    this.init = null;
    this.hasBegun = false;
    this.options.events.failed(isSupported);
  }
}
