// Who watches a channel: counts per edge, and the status repeated to them while there is somebody.
// Off air and with nobody interested it rests: no subscription, no timer, since most channels that are awake are idle.

import { type Clock, every } from "#runtime/base/clock.ts";
import type { Bus, Subscription } from "#runtime/bus/bus.ts";
import type { ChannelStatus, ViewersReport } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";

/** Edges report every 2 s. */
const REPORT_VALID_MS = 6_000;
const REPEAT_MS = 2_000;
/** Who asks for the status may watch. An edge that reports and hears nothing asks again after some seconds. */
const INTEREST_MS = 10_000;
const EDGES_MAX = 1_000;

/** The channel that is watched. */
export interface AudienceOwner {
  readonly channelId: string;
  readonly epoch: number;
  /** What is to be told, viewers apart. */
  describe(): Omit<ChannelStatus, "viewers">;
  /** Somebody began to watch. */
  onWatched(): void;
  /** Called with each repetition; the directory's count. */
  onCount(viewers: number): void;
  /** Somebody speaks for this channel with a higher epoch. */
  onHigherEpoch(): void;
}

/** What it has while it does not rest. */
interface Listening {
  subscriptions: Subscription[];
  stopRepeating(): void;
  edges: Map<string, { count: number; atMs: number }>;
}

export class Audience {
  #listening: Listening | null = null;
  #interestMs = 0;
  #stopped = false;

  constructor(
    private readonly world: { bus: Bus; clock: Clock },
    private readonly owner: AudienceOwner,
  ) {}

  get watched() {
    this.#expire();
    return this.#listening !== null && this.#listening.edges.size > 0;
  }

  get viewers() {
    this.#expire();
    let sum = 0;
    for (const { count } of this.#listening?.edges.values() ?? []) sum += count;
    return sum;
  }

  /** Somebody asks, and may watch: reports are heard for a while. */
  interested() {
    const { bus, clock } = this.world;
    this.#interestMs = clock.monoMs();
    if (this.#listening || this.#stopped) return;
    const { owner } = this;
    this.#listening = {
      subscriptions: [
        bus.subscribe(subjects.viewers(owner.channelId), (body) => this.#report(body as ViewersReport)),
        bus.subscribe(subjects.status(owner.channelId), (body) => {
          if ((body as ChannelStatus).epoch > owner.epoch) owner.onHigherEpoch();
        }),
      ],
      stopRepeating: every(clock, REPEAT_MS, () => this.#repeat()),
      edges: new Map(),
    };
  }

  status(): ChannelStatus {
    return { ...this.owner.describe(), viewers: this.viewers };
  }

  /** On air it hears from then on, asked or not: a higher epoch there is the end of what it runs. */
  announce() {
    const status = this.status();
    if (!isOffAir(status)) this.interested();
    this.world.bus.publish(subjects.status(this.owner.channelId), status);
  }

  stop() {
    this.#stopped = true;
    this.#rest();
  }

  #rest() {
    this.#listening?.stopRepeating();
    for (const subscription of this.#listening?.subscriptions ?? []) void subscription.drain();
    this.#listening = null;
  }

  #report({ edge, count }: ViewersReport) {
    if (!this.#listening) return; // The last words of a subscription that drains.
    const { edges } = this.#listening;
    const isNew = !edges.has(edge);
    if (isNew && edges.size >= EDGES_MAX) return;
    edges.set(edge, { count, atMs: this.world.clock.monoMs() });
    if (!isNew) return;
    this.owner.onWatched();
    this.announce(); // It need not wait for the next repetition.
  }

  #repeat() {
    if (!this.watched) return this.#restWhenIdle();
    this.announce();
    this.owner.onCount(this.viewers);
  }

  #restWhenIdle() {
    if (!isOffAir(this.owner.describe())) return;
    if (this.world.clock.monoMs() - this.#interestMs >= INTEREST_MS) this.#rest();
  }

  #expire() {
    if (!this.#listening) return;
    const { edges } = this.#listening;
    const nowMs = this.world.clock.monoMs();
    for (const [edge, { atMs }] of edges) if (nowMs - atMs > REPORT_VALID_MS) edges.delete(edge);
  }
}

const isOffAir = ({ phase, broadcastId }: Pick<ChannelStatus, "phase" | "broadcastId">) =>
  phase === "offline" && broadcastId === null;
