// The ways in which live media can come to one element, and which of them is used: the wanted one where it works, else the next.
//
//   load ──► low: connects, while the early picture plays ──takes the element──► low plays ──over, rewind──► LL-HLS
//        ├──► LL-HLS
//        └──► real time: connects, while low or LL-HLS plays ──takes the element──► real time plays ──lost──► load
//                                                            └──over──► low or LL-HLS goes on

import { signal } from "@preact/signals";
import type { Delivery } from "./delivery.ts";
import type { EarlyMedia } from "./early/media.ts";
import { HlsDelivery, type HlsDeliveryOptions } from "./hls-delivery.ts";
import { type FallBack, type FallBackReason, latencyChoiceHere } from "./latency-choice.ts";
import type { LatencyMode } from "./latency-mode.ts";
import { loadLow } from "./load-low.ts";
import { loadRealtime } from "./load-realtime.ts";
import type { LowDelivery } from "./low/low-delivery.ts";
import type { RealtimeDelivery } from "./realtime/realtime-delivery.ts";
import type { Replay } from "./replay.ts";
import type { Source } from "./source.ts";

interface DeliveriesOptions extends Omit<HlsDeliveryOptions, "events"> {
  /** By the page's address; null: nothing. */
  asked: LatencyMode | null;
  /** The encoder is disconnected. */
  isSourceLost(): boolean;
  /** False: the server has no real time. */
  offersRealtime(): boolean;
  events: HlsDeliveryOptions["events"] & {
    /** A viewer who was behind is at the live edge again. */
    wentLive(): void;
  };
}

export class Deliveries {
  readonly normal: HlsDelivery;
  /** What plays, or is about to. */
  readonly now;
  /** Why another latency than the wanted one plays; null: the wanted one does. */
  readonly fallBack = signal<FallBack | null>(null);
  /** From when it is tried until it is over. */
  private low: LowDelivery | null = null;
  private realtime: RealtimeDelivery | null = null;
  private readonly choice;
  private loads = 0;
  private isRewound = false;
  private isStopped = false;

  constructor(private readonly options: DeliveriesOptions) {
    this.normal = new HlsDelivery(options);
    this.now = signal<Delivery>(this.normal);
    this.choice = latencyChoiceHere(options.asked, options.offersRealtime);
  }

  /** Where LL-HLS and recordings come from. */
  get source(): Source {
    return this.normal.source;
  }

  /** Plays what is live at this address; a second call replaces what plays. `early`: what was fetched already. */
  async load(url: string, early: EarlyMedia | null) {
    const load = ++this.loads;
    this.source.url = url;
    this.fallBack.value = this.choice.fallBack();
    const wasRewound = this.isRewound;
    this.isRewound = false;
    if (this.choice.mode() !== "realtime") this.leaveRealtime();
    else {
      void this.loadRealtime(url, load);
      if (this.realtime?.isOn) return;
    }
    if (this.choice.bridge() === "low") {
      if (wasRewound) this.source.leave(); // It would go on with what is over.
      return this.loadLow(url, early, load);
    }
    this.takeNormal();
    await this.source.load(url, early);
  }

  /** Plays what is over, until the next `load`. */
  rewind(replay: Replay) {
    const { url } = this.source;
    if (url === null) return;
    this.loads++;
    this.isRewound = true;
    this.leaveRealtime();
    void this.source.load(url, null, replay);
    this.takeNormal();
  }

  /** By the viewer; kept on this device. */
  choose(mode: LatencyMode) {
    const before = this.choice.mode();
    this.choice.choose(mode);
    this.fallBack.value = this.choice.fallBack();
    const { url, replay } = this.source;
    const isUsed = mode === before && mode === this.now.peek().mode;
    if (url !== null && !replay.peek() && !isUsed) void this.load(url, null);
  }

  /** May be called twice. */
  stop() {
    this.isStopped = true;
    this.realtime?.stop();
    this.low?.stop();
    this.normal.stop();
  }

  private async loadRealtime(url: string, load: number) {
    if (this.realtime) return this.realtime.load(url);
    const chunk = await loadRealtime().catch(() => null);
    if (this.isStopped || load !== this.loads) return;
    if (!chunk) return this.realtimeIsOver("network");
    const { video, isBehindOnPurpose, isSourceLost, events } = this.options;
    this.realtime = new chunk.RealtimeDelivery({
      ...{ video, isBehindOnPurpose, isSourceLost },
      events: {
        ...events,
        takes: (realtime) => {
          this.loads++; // What is still being loaded to bridge is of no use any more.
          this.low?.leave();
          this.low = null;
          this.source.leave();
          this.now.value = realtime;
        },
        lost: () => {
          if (this.source.url !== null) void this.load(this.source.url, null);
        },
        over: (reason) => this.realtimeIsOver(reason),
      },
    });
    this.realtime.load(url);
  }

  private async loadLow(url: string, early: EarlyMedia | null, load: number) {
    if (this.low) return this.low.load(url);
    const { video, isBehindOnPurpose, events } = this.options;
    const chunk = await loadLow().catch(() => null);
    if (this.isStopped || load !== this.loads) return;
    if (!chunk) return this.source.load(url, early); // The edge is away; LL-HLS asks until it answers.
    this.low = new chunk.LowDelivery({
      video,
      early: early?.url === url ? early : null,
      isBehindOnPurpose,
      events: {
        ...events,
        takes: (low) => {
          this.source.leave();
          this.now.value = low;
        },
        over: (reason) => this.lowIsOver(reason, early),
      },
    });
    this.low.load(url);
  }

  private lowIsOver(reason: FallBackReason | null, early: EarlyMedia | null) {
    const { url } = this.source;
    if (url === null) return;
    if (reason !== null) {
      this.choice.failed("low", reason);
      return void this.load(url, early);
    }
    this.takeNormal();
    void this.source.load(url, early);
  }

  /** What bridged goes on. */
  private realtimeIsOver(reason: FallBackReason | null) {
    if (reason !== null) this.choice.failed("realtime", reason);
    this.leaveRealtime();
    this.fallBack.value = this.choice.fallBack();
  }

  private leaveRealtime() {
    this.realtime?.stop();
    this.realtime = null;
  }

  /** LL-HLS has the element. */
  private takeNormal() {
    this.low?.leave();
    this.low = null;
    this.now.value = this.normal;
  }
}
