// Who watches a channel: counts per edge, and the status repeated to them while there is somebody.

import type { Bus } from "#runtime/bus.ts";
import { type Clock, every } from "#runtime/clock.ts";
import type { ChannelStatus, ViewersReport } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";

/** Edges report every 2 s. */
const REPORT_VALID_MS = 6_000;
const REPEAT_MS = 2_000;
const EDGES_MAX = 1_000;

export interface AudienceOptions {
  channelId: string;
  epoch: number;
  bus: Bus;
  clock: Clock;
  /** What is to be told, viewers apart. */
  status(): Omit<ChannelStatus, "viewers">;
  /** Called with each repetition; the directory's count. */
  onCount(viewers: number): void;
  /** Somebody speaks for this channel with a higher epoch. */
  onHigherEpoch(): void;
}

export class Audience {
  readonly #edges = new Map<string, { count: number; atMs: number }>();
  readonly #stops: (() => void)[] = [];

  constructor(private readonly options: AudienceOptions) {
    const { bus, clock, channelId, epoch, onHigherEpoch } = options;
    const viewers = bus.subscribe(subjects.viewers(channelId), (body) => this.#report(body as ViewersReport));
    const status = bus.subscribe(subjects.status(channelId), (body) => {
      if ((body as ChannelStatus).epoch > epoch) onHigherEpoch();
    });
    this.#stops.push(
      every(clock, REPEAT_MS, () => this.#repeat()),
      () => void viewers.drain(),
      () => void status.drain(),
    );
  }

  get watched() {
    this.#expire();
    return this.#edges.size > 0;
  }

  get viewers() {
    this.#expire();
    let sum = 0;
    for (const { count } of this.#edges.values()) sum += count;
    return sum;
  }

  status(): ChannelStatus {
    return { ...this.options.status(), viewers: this.viewers };
  }

  announce() {
    this.options.bus.publish(subjects.status(this.options.channelId), this.status());
  }

  stop() {
    for (const stop of this.#stops) stop();
  }

  #report({ edge, count }: ViewersReport) {
    const known = this.#edges.get(edge);
    if (!known && this.#edges.size >= EDGES_MAX) return;
    this.#edges.set(edge, { count, atMs: this.options.clock.monoMs() });
    if (!known) this.announce(); // It need not wait for the next repetition.
  }

  #repeat() {
    if (!this.watched) return;
    this.announce();
    this.options.onCount(this.viewers);
  }

  #expire() {
    const nowMs = this.options.clock.monoMs();
    for (const [edge, { atMs }] of this.#edges) if (nowMs - atMs > REPORT_VALID_MS) this.#edges.delete(edge);
  }
}
