// Counts a channel's viewers per edge, and repeats the channel's status to the edges while there are viewers.
// An audience rests (no subscription, no timer) while the channel is off air and no edge has asked lately: most awake channels are idle.

import { type Clock, every } from "#runtime/base/clock.ts";
import type { Bus, Subscription } from "#runtime/bus/bus.ts";
import type { ChannelStatus, ViewersReport } from "#schema/wire/channel.ts";
import { type PlayersSummary, summaryOf } from "#schema/wire/players.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { distinctViewers } from "#schema/wire/viewers.ts";

/** Edges report every 2 s. */
const REPORT_VALID_MS = 6_000;
const REPEAT_MS = 2_000;
/** How long to listen for reports after an edge has asked for the status. An edge whose reports are not answered asks again after some seconds. */
const INTEREST_MS = 10_000;
const EDGES_MAX = 1_000;

/** The channel of the audience. */
export interface AudienceOwner {
  readonly channelId: string;
  readonly epoch: number;
  /** The status without the viewer count. */
  describe(): Omit<ChannelStatus, "viewers">;
  /** An edge has reported viewers for the first time. */
  onWatched(): void;
  /** Called with each repetition; the count is shown in the list of channels. */
  onCount(viewers: number): void;
  /** An edge has reported its viewers, as a sketch of their keys (viewers.ts). */
  onSketch(sketch: string): void;
  /** A node has published a status of this channel with a higher epoch. */
  onHigherEpoch(): void;
}

/** What an audience holds while it does not rest. */
interface Listening {
  subscriptions: Subscription[];
  stopRepeating(): void;
  edges: Map<string, Omit<ViewersReport, "edge"> & { atMs: number }>;
  /** Of all edges; null: to be counted. */
  viewers: number | null;
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
    if (!this.#listening) return 0;
    this.#listening.viewers ??= viewersAt(this.#listening.edges.values());
    return this.#listening.viewers;
  }

  /** How playback goes for the viewers; null: no player has reported lately. */
  get players(): PlayersSummary | null {
    this.#expire();
    const reports = [...(this.#listening?.edges.values() ?? [])];
    return summaryOf(reports.flatMap(({ players }) => players ?? []));
  }

  /** An edge has asked for the status: listens for reports for at least INTEREST_MS. */
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
      viewers: 0,
    };
  }

  status(): ChannelStatus {
    return { ...this.owner.describe(), viewers: this.viewers };
  }

  /** Publishes the status. On air it also starts to listen, since a status with a higher epoch must stop what this owner runs. */
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

  #report({ edge, ...report }: ViewersReport) {
    if (!this.#listening) return; // The subscription is draining.
    const { edges } = this.#listening;
    const isNew = !edges.has(edge);
    if (isNew && edges.size >= EDGES_MAX) return;
    edges.set(edge, { ...report, atMs: this.world.clock.monoMs() });
    this.#listening.viewers = null;
    if (report.sketch !== undefined) this.owner.onSketch(report.sketch);
    if (!isNew) return;
    this.owner.onWatched();
    this.announce(); // A new edge does not wait for the next repetition.
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
    for (const [edge, { atMs }] of edges) {
      if (nowMs - atMs <= REPORT_VALID_MS) continue;
      edges.delete(edge);
      this.#listening.viewers = null;
    }
  }
}

/** Edges of an earlier release report only a count. */
function viewersAt(reports: Iterable<Pick<ViewersReport, "count" | "sketch">>): number {
  const sketches: string[] = [];
  let others = 0;
  for (const { count, sketch } of reports) {
    if (sketch === undefined) others += count;
    else sketches.push(sketch);
  }
  return others + distinctViewers(sketches);
}

const isOffAir = ({ phase, broadcastId }: Pick<ChannelStatus, "phase" | "broadcastId">) =>
  phase === "offline" && broadcastId === null;
