// Who watches a channel: counts per edge, and the status repeated to them while there is somebody.
// Off air and with nobody interested it rests: no subscription, no timer, since most channels that are awake are idle.

import type { Bus, Subscription } from "#runtime/bus.ts";
import { type Clock, every } from "#runtime/clock.ts";
import type { ChannelStatus, ViewersReport } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";

/** Edges report every 2 s. */
const REPORT_VALID_MS = 6_000;
const REPEAT_MS = 2_000;
/** Who asks for the status may watch. An edge that reports and hears nothing asks again after some seconds. */
const INTEREST_MS = 10_000;
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
  /** Null while it rests. */
  #listening: { subscriptions: Subscription[]; stopRepeating: () => void } | null = null;
  #interestMs = 0;
  #stopped = false;

  constructor(private readonly options: AudienceOptions) {
    this.#listen();
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
    this.#listen();
    return { ...this.options.status(), viewers: this.viewers };
  }

  announce() {
    this.options.bus.publish(subjects.status(this.options.channelId), this.status());
  }

  stop() {
    this.#stopped = true;
    this.#rest();
  }

  #listen() {
    const { bus, clock, channelId, epoch, onHigherEpoch } = this.options;
    this.#interestMs = clock.monoMs();
    if (this.#listening || this.#stopped) return;
    this.#listening = {
      subscriptions: [
        bus.subscribe(subjects.viewers(channelId), (body) => this.#report(body as ViewersReport)),
        bus.subscribe(subjects.status(channelId), (body) => {
          if ((body as ChannelStatus).epoch > epoch) onHigherEpoch();
        }),
      ],
      stopRepeating: every(clock, REPEAT_MS, () => this.#repeat()),
    };
  }

  #rest() {
    this.#listening?.stopRepeating();
    for (const subscription of this.#listening?.subscriptions ?? []) void subscription.drain();
    this.#listening = null;
  }

  #report({ edge, count }: ViewersReport) {
    const known = this.#edges.get(edge);
    if (!known && this.#edges.size >= EDGES_MAX) return;
    this.#edges.set(edge, { count, atMs: this.options.clock.monoMs() });
    if (!known) this.announce(); // It need not wait for the next repetition.
  }

  #repeat() {
    if (!this.watched) return this.#restWhenIdle();
    this.announce();
    this.options.onCount(this.viewers);
  }

  // On air it hears all the time: a higher epoch there is the end of what it runs.
  #restWhenIdle() {
    const { phase, broadcastId } = this.options.status();
    if (phase !== "offline" || broadcastId !== null) return;
    if (this.options.clock.monoMs() - this.#interestMs >= INTEREST_MS) this.#rest();
  }

  #expire() {
    const nowMs = this.options.clock.monoMs();
    for (const [edge, { atMs }] of this.#edges) if (nowMs - atMs > REPORT_VALID_MS) this.#edges.delete(edge);
  }
}
