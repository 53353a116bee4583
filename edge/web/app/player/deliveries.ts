// The ways in which live media can come to one element, and which of them is used: low where it works, else LL-HLS.
//
//   load ──► low: connects, while the early picture plays ──takes the element──► low plays ──over, rewind──► LL-HLS
//        └──► LL-HLS

import { signal } from "@preact/signals";
import type { Delivery } from "./delivery.ts";
import type { EarlyMedia } from "./early/media.ts";
import { HlsDelivery, type HlsDeliveryOptions } from "./hls-delivery.ts";
import { type FallBack, type FallBackReason, latencyChoiceHere, type PlayedMode } from "./latency-choice.ts";
import type { LatencyMode } from "./latency-mode.ts";
import { loadLow } from "./load-low.ts";
import type { LowDelivery } from "./low/low-delivery.ts";
import type { Replay } from "./replay.ts";
import type { Source } from "./source.ts";

interface DeliveriesOptions extends Omit<HlsDeliveryOptions, "events"> {
  /** By the page's address; null: nothing. */
  asked: LatencyMode | null;
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
  private readonly choice;
  private loads = 0;
  private isRewound = false;
  private isStopped = false;

  constructor(private readonly options: DeliveriesOptions) {
    this.normal = new HlsDelivery(options);
    this.now = signal<Delivery>(this.normal);
    this.choice = latencyChoiceHere(options.asked);
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
    if (this.choice.mode() === "low") {
      if (wasRewound) this.source.leave(); // It would go on with what is over.
      return this.loadLow(url, early, load);
    }
    this.leaveLow();
    await this.source.load(url, early);
  }

  /** Plays what is over, until the next `load`. */
  rewind(replay: Replay) {
    const { url } = this.source;
    if (url === null) return;
    this.loads++;
    this.isRewound = true;
    void this.source.load(url, null, replay);
    this.leaveLow();
  }

  /** By the viewer; kept on this device. */
  choose(mode: PlayedMode) {
    this.choice.choose(mode);
    this.fallBack.value = null;
    const { url, replay } = this.source;
    const isUsed = (this.low === null) === (mode === "normal");
    if (url !== null && !replay.peek() && !isUsed) void this.load(url, null);
  }

  /** May be called twice. */
  stop() {
    this.isStopped = true;
    this.low?.stop();
    this.normal.stop();
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
      this.choice.failed(reason);
      return void this.load(url, early);
    }
    this.leaveLow();
    void this.source.load(url, early);
  }

  private leaveLow() {
    this.low?.leave();
    this.low = null;
    this.now.value = this.normal;
  }
}
