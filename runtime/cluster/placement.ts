// A node's part in the cluster: joins, wakes actors on request, sends heartbeats, drains and leaves.

import type { WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { type ActorKindName, subjects } from "#schema/wire/subjects.ts";
import { type Clock, every, within } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import { type Bus, BusError, type Subscription } from "../bus/bus.ts";
import { type ActorId, type ActorRow, type Store, StoreAway } from "../store/store.ts";
import { Drain } from "./drain.ts";
import { CONFIRMED_FOR_MS } from "./gate.ts";
import type { Host } from "./host.ts";
import { Judge, SILENT_MS } from "./judge.ts";
import { LivingNodes } from "./living-nodes.ts";
import { FORGET_AFTER_MS, Orphans } from "./orphans.ts";
import type { WatchPeer } from "./peers.ts";
import { ranked } from "./rendezvous.ts";
import { traced } from "./traced-request.ts";
import { ACTIVATE_MS, BUSY_RETRY_MS, Waking } from "./waking.ts";

interface PlacementOptions {
  incarnation: string;
  name: string;
  /** `http://host:port` of this node's internal port. */
  address: string;
  slots: number;
  /** Slots in use: FFmpeg processes and other load of the machine. */
  used(): number;
  bus: Bus;
  clock: Clock;
  store: Store;
  host: Host;
  log: Log;
  /** Absent: the death of other nodes is known by pings alone. */
  watchPeer?: WatchPeer;
  /** Other nodes may have judged this incarnation dead: the process must end at once and start again as a new incarnation. */
  onGone(why: "unknown to the store" | "stood still" | "the store went back"): void;
}

const BEAT_MS = 500;
const CONFIRM_MS = 1_000;
/** The bus counts as answering when a flush is answered within this. */
const BUS_ANSWERS_WITHIN_MS = 1_000;
const TICK_MS = 250;
/** Interval of flushes of the bus while actors run here; packagers rely on the newest answered one (`link.heardMs`), for less than a verdict
 *  takes. */
const BUS_CHECK_MS = 100;
/** Interval of pings to the other nodes: a killed one is found dead within this and a verdict. */
const FIND_DEAD_MS = 250;
const SLEEP_CHECK_MS = 5_000;
const SWEEP_MS = 60_000;
/** How long a leaving node tries to hand its actors over. */
const GIVE_AWAY_MS = 20_000;

export class Placement {
  readonly #judge: Judge;
  readonly #livingNodes: LivingNodes;
  readonly #waking: Waking;
  readonly #orphans: Orphans;
  readonly #drain: Drain;
  /** No actor is placed here any more, and those that run here are handed over. */
  #draining = false;
  #stopping = false;
  /** The store has not answered the last heartbeat. */
  #heartbeatUnanswered = false;
  /** Heartbeats that the store has counted, as it last said. */
  #beats = 0;
  readonly #stops: (() => void)[] = [];
  /** Loops that prove to other nodes, and to this one, that this node is alive. */
  readonly #heartbeats: (() => void)[] = [];
  #subscriptions: Subscription[] | null = null;
  /** Dead nodes are looked for. */
  #looking = false;
  /** Orphans are looked for after a confirmation. */
  #adopting = false;
  /** Rows that name this node, of actors that did not run here at the last confirmation. */
  #strays: ActorRow[] = [];

  constructor(private readonly options: PlacementOptions) {
    const { bus, clock, store, incarnation, log, host } = options;
    this.#judge = new Judge({ bus, clock, store, eventLoop: host.eventLoop });
    const freeSlots = () => (this.#draining ? 0 : Math.max(0, options.slots - options.used()));
    this.#livingNodes = new LivingNodes({
      incarnation,
      nodes: store.nodes,
      judge: this.#judge,
      bus,
      clock,
      log,
      freeSlots,
      watchPeer: options.watchPeer,
      onDead: () => void this.#adopt(),
    });
    const shared = { incarnation, bus, clock, store, host, log, livingNodes: this.#livingNodes, judge: this.#judge };
    this.#waking = new Waking({
      ...shared,
      isFull: () => this.#draining || options.used() >= options.slots,
      isDraining: () => this.#draining,
    });
    this.#orphans = new Orphans({ ...shared, waking: this.#waking });
    this.#drain = new Drain({
      ...shared,
      actors: store.actors,
      activateAt: (node, { kind, key }, overfill) =>
        this.#waking.activateAt(node, {
          kind: kind as ActorKindName,
          key,
          remainingMs: ACTIVATE_MS,
          deadNode: incarnation,
          handedOver: true,
          overfill,
        }),
    });
  }

  /** Joins the cluster and starts to answer. Throws StoreAway, BusError. */
  async start() {
    const { incarnation, name, address, slots, bus, clock, store, host } = this.options;
    await store.nodes.join({ incarnation, name, address, slots });
    await this.#confirm();
    const answerWake =
      (work: (request: WakeRequest) => Promise<WakeAnswer | null>) =>
      (body: unknown, respond: (a: WakeAnswer) => void) =>
        void traced(body as WakeRequest, () => work(body as WakeRequest))
          .catch((error) => this.#wakeFailed(error))
          .then((answer) => answer && respond(answer));
    // Kept when a failed start is retried.
    this.#subscriptions ??= [
      bus.subscribe(subjects.ping(incarnation), (_body, respond) => respond(true)),
      bus.subscribe(
        subjects.activate(incarnation),
        answerWake((request) => this.#waking.activate(request)),
      ),
      bus.subscribe(
        subjects.wake,
        answerWake(async (request) => (request.toAll ? null : this.#waking.wake(request))),
        { queue: "placement" },
      ),
      bus.subscribe(
        subjects.wake,
        answerWake(async (request) => {
          if (!request.toAll) return null;
          // A node that cannot act leaves the answer to the others.
          return this.#waking.wakeAmongAll(request).catch((error) => {
            this.#wakeFailed(error);
            return null;
          });
        }),
      ),
    ];
    await bus.flush();
    await this.#livingNodes.refresh(); // A node that knows no other would rank itself first for every key.
    this.#heartbeats.push(
      every(clock, TICK_MS, () => this.#checkEventLoop()),
      every(clock, BUS_CHECK_MS, async () => void (host.size > 0 && (await this.#busAnswers()))),
      every(clock, BEAT_MS, () => this.#beat()),
      every(clock, CONFIRM_MS, async () => {
        await this.#confirm();
        if (!this.#stopping) void this.#adoptOnce();
      }),
    );
    this.#stops.push(
      every(clock, CONFIRM_MS, () => this.#giveAway()),
      every(clock, FIND_DEAD_MS, () => void this.#findDead()),
      every(clock, SLEEP_CHECK_MS, () => this.#logFailureOf("sleep", host.sleepIdle())),
      every(clock, SWEEP_MS, () => this.#logFailureOf("sweep", store.nodes.sweep(FORGET_AFTER_MS))),
      bus.link.onChange((up) => up && void this.#onLinkUp()),
    );
    void this.#adopt();
  }

  /** Takes no new actors, hands running ones over, stops those that no node takes, then leaves the cluster. */
  async stop() {
    this.#draining = this.#stopping = true;
    const { store, incarnation } = this.options;
    for (const stop of this.#stops) stop();
    this.#orphans.stop();
    this.#livingNodes.stop();
    const [ping, ...questions] = this.#subscriptions ?? [];
    await Promise.allSettled(questions.map((subscription) => subscription.drain()));
    await this.#logFailureOf("drain", store.nodes.drain(incarnation));
    await this.#logFailureOf("hand-over", this.#drain.giveAway({ withinMs: GIVE_AWAY_MS, overfill: true }));
    await this.options.host.leave();
    // Only now: while actors still stop, no other node may judge this one dead.
    for (const stop of this.#heartbeats) stop();
    await Promise.allSettled([ping?.drain()]);
    await this.#logFailureOf("goodbye", store.nodes.leave(incarnation));
  }

  /** Hands over one actor that this node cannot serve. The actor stays when no other node has room. */
  async handElsewhere(actor: ActorId) {
    await this.#logFailureOf("hand-over", this.#drain.handElsewhere(actor));
  }

  /** The node that would own an actor of this node after it, as far as this node knows; null: there is no other one with room. */
  successorOf({ key }: ActorId): string | null {
    const [first] = ranked(key, this.#livingNodes.others);
    return first && first.weight > 0 ? first.id : null;
  }

  /** Waits for nothing outside, so only a stalled event loop makes it late. */
  #checkEventLoop() {
    // After a pause this long, other nodes have judged this one dead and own its actors.
    const { host, onGone } = this.options;
    if (host.eventLoop.tick(TICK_MS) > SILENT_MS) onGone("stood still");
    host.checkCutOff();
  }

  async #beat() {
    const { bus, store, incarnation, used, onGone, host, clock } = this.options;
    if (!(await this.#busAnswers())) return this.#judge.renewed(false);
    // A node whose gates are shut for want of a confirmation serves nobody: it must become silent, or it would never be replaced.
    if (host.unconfirmedMs > CONFIRMED_FOR_MS) await this.#confirm(); // It may only have stood still.
    if (host.unconfirmedMs > CONFIRMED_FOR_MS) return this.#judge.renewed(false);
    // A heartbeat whose answer is lost still lands. A node that no longer hears the store must stop sending them, or it would never be replaced.
    if (this.#heartbeatUnanswered && !(await this.#livingNodes.refresh())) return this.#judge.renewed(false);
    const sent = { monoMs: clock.monoMs(), generation: bus.link.generation, beats: this.#beats };
    const wasAway = this.#heartbeatUnanswered;
    const beat = { used: used(), silentMs: SILENT_MS };
    const alive = await store.nodes.beat(incarnation, beat).catch(() => "away" as const);
    this.#heartbeatUnanswered = alive === "away";
    this.#judge.renewed(alive !== null && alive !== "away");
    if (alive === null) return onGone("unknown to the store");
    if (alive === "away") return;
    // Acknowledged commits are gone: epochs may be given twice, whoever owns what.
    if (alive.beats <= sent.beats) return onGone("the store went back");
    this.#beats = Math.max(this.#beats, alive.beats);
    const { afterBreak } = host.heartbeatAcknowledged(sent);
    if (wasAway || afterBreak) void this.#confirm(); // The gate needs both a heartbeat and a confirmation.
    if (alive.draining !== this.#draining && !this.#stopping) this.#setDraining(alive.draining);
    this.#livingNodes.listed(alive.living);
  }

  async #findDead() {
    if (this.#looking) return;
    this.#looking = true;
    try {
      if (await this.#livingNodes.findDead()) await this.#adopt();
    } finally {
      this.#looking = false;
    }
  }

  /** The bus link is up again. A gate opens with a confirmation; after a longer outage only with a confirmation sent after a heartbeat. */
  async #onLinkUp() {
    await Promise.all([this.#confirm(), this.#beat()]);
    await this.#confirm();
  }

  #setDraining(draining: boolean) {
    this.#draining = draining;
    this.options.log.info(
      { draining, actors: this.options.host.size },
      draining ? "node drains" : "node no longer drains",
    );
  }

  async #giveAway() {
    if (this.#draining)
      await this.#logFailureOf("hand-over", this.#drain.giveAway({ withinMs: GIVE_AWAY_MS, overfill: false }));
  }

  /** Whether the bus answers now. A hanging link counts as up for some seconds more, but other nodes cannot reach a node behind it. */
  async #busAnswers(): Promise<boolean> {
    const { bus, clock } = this.options;
    if (!bus.link.up) return false;
    const answered = within(clock, BUS_ANSWERS_WITHIN_MS, bus.flush(), () => new BusError("timeout", "flush"));
    return answered.then(
      () => true,
      () => false,
    );
  }

  /** Runs apart from `#adopt`, which waits for rows and for the bus, because the gates of all actors here depend on it. */
  async #confirm() {
    this.#strays = await this.options.host.confirm();
  }

  /** After each confirmation, which says whether any actor is due. Confirmations do not wait for it. */
  async #adoptOnce() {
    if (this.#adopting) return;
    this.#adopting = true;
    try {
      await this.#adopt();
    } finally {
      this.#adopting = false;
    }
  }

  async #adopt() {
    await this.#orphans.adopt(this.#strays);
  }

  #wakeFailed(error: unknown): WakeAnswer {
    if (!(error instanceof StoreAway || error instanceof BusError))
      this.options.log.error({ reason: reason(error) }, "wake failed");
    return { ok: false, code: "unavailable", retryAfterMs: BUSY_RETRY_MS };
  }

  async #logFailureOf(what: string, work: Promise<unknown>) {
    await work.catch((error) => this.options.log.warn({ what, reason: reason(error) }, "housekeeping failed"));
  }
}
