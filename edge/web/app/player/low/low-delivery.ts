// Live media by WebSocket: fragments as they are made, without playlists. What plays goes on while it connects, also after a loss.

import type { LiveFrame, LiveHead } from "#schema/wire/live-stream.ts";
import { every, steadyMs, wallMs } from "../../clock.ts";
import { serverMs } from "../../server-clock.ts";
import type { Delivery } from "../delivery.ts";
import type { EarlyMedia } from "../early/media.ts";
import type { FallBackReason } from "../latency-choice.ts";
import { LiveEdge, type LiveNow } from "../live-edge.ts";
import { Watchdog } from "../recovery.ts";
import { LowConnection } from "./connection.ts";
import { FRAGMENT_SECONDS, LowPicture } from "./low-picture.ts";
import { LowQualities } from "./low-qualities.ts";
import { seeingOf, Unseen } from "./unseen.ts";

interface LowEvents {
  /** It has media, and plays on the element from now on. */
  takes(low: LowDelivery): void;
  /** There is something to play. */
  opened(): void;
  hasMedia(): void;
  /** A viewer who was behind is at the live edge again. */
  wentLive(): void;
  denied(): void;
  /** It does not work here. Once. `reason` null: there is nothing to play. */
  over(reason: FallBackReason | null): void;
}

interface LowOptions {
  video: HTMLVideoElement;
  /** What plays on the element already; null: nothing does. */
  early: EarlyMedia | null;
  /** The viewer paused or went back. */
  isBehindOnPurpose(): boolean;
  events: LowEvents;
}

const TICK_MS = 40;
const TICKS_PER_SECOND = 25;
/** A clock that says more than this beyond what is buffered is wrong. */
const DELIVERY_SECONDS_MAX = 5;

export class LowDelivery implements Delivery {
  readonly mode = "low";
  private readonly menu = new LowQualities((name) => this.connection.send({ type: "rendition", name }));
  private readonly connection: LowConnection;
  private readonly picture: LowPicture;
  private readonly edge: LiveEdge;
  private readonly unseen = new Unseen();
  private readonly watchdog = new Watchdog();
  private head: LiveHead | null = null;
  private isResting = false;
  private skips = 0;
  private ticks = 0;
  private readonly stopTicking: () => void;
  private readonly listening = new AbortController();

  constructor(private readonly options: LowOptions) {
    const { video, early, isBehindOnPurpose, events } = options;
    this.picture = new LowPicture({
      video,
      early,
      isBehindOnPurpose,
      events: {
        ...events,
        takes: (isPlaying) => {
          events.takes(this);
          this.edge.opened();
          this.edge.hasStarted = isPlaying;
        },
        failed: (isSupported) => this.connection.mediaFailed(isSupported),
      },
    });
    this.connection = new LowConnection({
      ...events,
      wish: () => this.menu.wish,
      connects: () => this.picture.startBurst(),
      frame: (frame) => this.heard(frame),
      record: (record) => this.head && this.picture.add(record, this.head),
    });
    const { controller } = this.picture;
    this.edge = new LiveEdge({ video, controller, now: () => this.now(), isBehindOnPurpose });
    this.stopTicking = every(TICK_MS, () => this.tick());
    const { signal } = this.listening;
    for (const name of ["play", "volumechange"]) video.addEventListener(name, () => this.rest(), { signal });
    document.addEventListener("visibilitychange", () => this.rest(), { signal });
  }

  get qualities() {
    return this.menu.qualities;
  }
  get chosen() {
    return this.menu.chosen;
  }
  get current() {
    return this.menu.current;
  }
  get stats() {
    return this.edge.stats;
  }
  get stopsOften() {
    return this.edge.stopsOften;
  }
  choose = (index: number | null) => this.menu.choose(index);
  rendition = () => this.menu.rendition;
  interrupted = () => this.edge.interrupted();

  /** See LowConnection. */
  load(url: string) {
    this.connection.load(url);
  }

  /** Something else plays on the element next; until then its last picture stays. */
  leave() {
    this.picture.leave();
    this.stop();
  }

  /** May be called twice. */
  stop() {
    this.stopTicking();
    this.listening.abort();
    this.edge.stop();
    this.connection.stop();
    this.picture.stop();
  }

  behindSeconds(): number | null {
    const last = this.picture.ranges.at(-1);
    return last && !this.isResting ? Math.max(0, last.end - this.options.video.currentTime) : null;
  }

  latencySeconds(): number | null {
    const [behind, glass] = [this.behindSeconds(), this.glassSeconds()];
    if (behind === null || glass === null) return behind;
    return glass >= behind && glass < behind + DELIVERY_SECONDS_MAX ? glass : behind;
  }

  shownMs = () => this.picture.wallMs(this.options.video.currentTime);

  oldestMs(): number | null {
    const oldest = this.oldestSeconds();
    return oldest === null ? null : this.picture.wallMs(oldest);
  }

  oldestSeconds = () => this.picture.ranges[0]?.start ?? null;
  liveSeconds = () => this.picture.liveSeconds();

  private glassSeconds(): number | null {
    const shown = this.shownMs();
    return shown === null ? null : (serverMs(wallMs()) - shown) / 1_000;
  }

  private heard(frame: LiveFrame) {
    switch (frame.type) {
      case "head":
        this.head = frame;
        return this.menu.plays(frame.rendition);
      case "renditions":
        return this.menu.offered(frame.renditions);
      case "skipped":
        // What the viewer asked for is no skip.
        if (!this.menu.isWish(frame.to) || frame.to === this.menu.rendition) this.skips++;
        return;
      case "waiting":
        this.interrupted();
        return this.picture.startBurst();
      case "ended":
        return this.picture.end();
    }
  }

  private tick() {
    this.picture.place();
    if (++this.ticks % TICKS_PER_SECOND !== 0) return;
    this.rest();
    this.connection.check();
    const { video } = this.options;
    const wantsToPlay = !video.paused && !video.ended && this.picture.isOn && !this.isResting;
    const edgeSeconds = this.picture.ranges.at(-1)?.end ?? null;
    const sample = { atMs: wallMs(), playheadSeconds: video.currentTime, edgeSeconds, wantsToPlay };
    if (this.watchdog.check(sample)) this.picture.hangs();
  }

  /** Nothing is sent while nobody sees or hears it. */
  private rest() {
    const { video, events } = this.options;
    const isUnseen = this.picture.isOn && this.unseen.isUnseen(seeingOf(video), steadyMs());
    if (isUnseen === this.isResting) return;
    this.isResting = isUnseen;
    this.interrupted();
    if (!isUnseen) {
      events.wentLive();
      this.picture.startBurst();
    }
    this.connection.rest(isUnseen);
  }

  private now(): LiveNow | null {
    if (!this.picture.isOn || !this.connection.isComing || this.isResting) return null;
    return {
      behindEdgeSeconds: this.behindSeconds(),
      partSeconds: FRAGMENT_SECONDS,
      liveSeconds: this.liveSeconds(),
      glassSeconds: this.glassSeconds(),
      skips: this.skips,
    };
  }
}
