// Live media by LL-HLS: hls.js or native playback, at the edge of the playlist, and what recovers a picture that hangs.

import { steadyMs, wallMs } from "../clock.ts";
import { bufferedAheadSeconds, isMoving } from "./buffered.ts";
import { crossGap } from "./cross-gap.ts";
import type { Delivery } from "./delivery.ts";
import { LATENCY_SECONDS_MAX } from "./latency-mode.ts";
import { LiveEdge, type LiveNow } from "./live-edge.ts";
import { RateController } from "./rate-controller.ts";
import { Watchdog } from "./recovery.ts";
import { roundTripSeconds } from "./round-trip.ts";
import { Source } from "./source.ts";
import { pageMargin, startSecondsBehind } from "./start-position.ts";

/** Behind the end of what can be played, where hls.js knows no better. */
const LIVE_SECONDS = 2;

interface HlsEvents {
  /** A source was opened, or its decoder was reset: play it. */
  opened(): void;
  /** There is media where the picture begins. */
  hasMedia(): void;
  /** The server refused media for want of a right. */
  denied(): void;
}

export interface HlsDeliveryOptions {
  video: HTMLVideoElement;
  events: HlsEvents;
  /** The viewer paused or went back. */
  isBehindOnPurpose(): boolean;
  /** A picture has been shown. */
  hasStarted(): boolean;
}

export class HlsDelivery implements Delivery {
  readonly mode = "normal";
  readonly source: Source;
  private readonly edge: LiveEdge;
  private readonly controller = new RateController(pageMargin);
  private watchdog = new Watchdog();
  /** Parts that begin before this were listed already when following began: their lateness says nothing. Null: not known yet. */
  private newFromSeconds: number | null = null;

  constructor(private readonly options: HlsDeliveryOptions) {
    const { video, events } = options;
    this.source = new Source(video, {
      opened: () => this.opened(),
      listed: (partSeconds) => this.listed(partSeconds),
      updated: () => this.crossGap(),
      arrived: (startSeconds) => {
        this.arrived(startSeconds);
        if (bufferedAheadSeconds(video) > 0) events.hasMedia();
      },
      recovered: () => events.opened(),
      denied: () => events.denied(),
    });
    this.edge = new LiveEdge({
      video,
      controller: this.controller,
      now: () => this.now(),
      isBehindOnPurpose: options.isBehindOnPurpose,
      onRestart: () => {
        this.newFromSeconds = this.source.edgeSeconds;
      },
    });
  }

  get qualities() {
    return this.source.qualities;
  }
  get chosen() {
    return this.source.chosen;
  }
  get current() {
    return this.source.current;
  }
  get stats() {
    return this.edge.stats;
  }
  get stopsOften() {
    return this.edge.stopsOften;
  }
  choose = (index: number | null) => this.source.choose(index);
  rendition = () => this.source.rendition();
  interrupted = () => this.edge.interrupted();

  behindSeconds(): number | null {
    const { hls } = this.source;
    return hls && hls.latency > 0 ? hls.latency : null;
  }

  latencySeconds = () => this.behindSeconds();
  shownMs = () => this.source.hls?.playingDate?.getTime() ?? null;
  oldestMs = () => this.source.details?.fragments.find(({ gap }) => !gap)?.programDateTime ?? null;

  oldestSeconds(): number | null {
    const { seekable } = this.options.video;
    return seekable.length > 0 ? seekable.start(0) : null;
  }

  liveSeconds(): number | null {
    const { seekable } = this.options.video;
    const position = this.source.hls?.liveSyncPosition ?? null;
    return position ?? (seekable.length > 0 ? seekable.end(seekable.length - 1) - LIVE_SECONDS : null);
  }

  setBehindOnPurpose(on: boolean) {
    const { hls } = this.source;
    if (hls) hls.config.liveMaxLatencyDuration = on ? Number.POSITIVE_INFINITY : LATENCY_SECONDS_MAX;
  }

  /** Call it often. */
  crossGap() {
    if (this.options.hasStarted()) crossGap(this.options.video, this.source.details);
  }

  /** Call it each second. */
  check(atMs: number, wantsToPlay: boolean) {
    const { edgeSeconds } = this.source;
    const sample = { atMs, playheadSeconds: this.options.video.currentTime, edgeSeconds, wantsToPlay };
    if (this.watchdog.check(sample)) void this.source.open();
  }

  /** May be called twice. */
  stop() {
    this.edge.stop();
    this.source.stop();
  }

  private opened() {
    this.watchdog = new Watchdog();
    this.edge.opened();
    this.newFromSeconds = null;
    this.options.events.opened();
  }

  /** A playlist with this PART-TARGET arrived; hls.js is about to read it and to choose where it starts. */
  private listed(partSeconds: number) {
    const { hls } = this.source;
    if (!hls) return;
    if (this.edge.hasStarted) {
      hls.config.liveSyncDuration = this.controller.targetSeconds(partSeconds);
      return;
    }
    const roundTrip = roundTripSeconds(hls.url ?? "");
    this.controller.expectRoundTrip(roundTrip ?? 0);
    hls.config.liveSyncDuration = startSecondsBehind(partSeconds, roundTrip);
  }

  /** The part that begins at this media time was appended to the buffer. */
  private arrived(startSeconds: number) {
    this.newFromSeconds ??= this.source.edgeSeconds;
    if (this.newFromSeconds === null || startSeconds < this.newFromSeconds - 0.01) return;
    this.controller.arrived({ atMs: steadyMs(), startSeconds });
  }

  private now(): LiveNow | null {
    const { hls, details, replay } = this.source;
    if (details && isMoving(this.options.video)) this.edge.hasStarted = true; // It played before hls.js did.
    if (!hls || !details?.live || replay.peek()) return null;
    const shown = this.shownMs();
    return {
      behindEdgeSeconds: this.behindSeconds(),
      partSeconds: details.partTarget || details.targetduration,
      liveSeconds: hls.liveSyncPosition,
      // By this computer's clock.
      glassSeconds: shown === null ? null : (wallMs() - shown) / 1_000,
      skips: null,
    };
  }
}
