// A node among others: joins, answers for what it is asked to wake, keeps its own sign of life, drains and leaves.

import type { WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { type ActorKindName, subjects } from "#schema/wire/subjects.ts";
import { type Clock, every, within } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import { type Bus, BusError, type Subscription } from "../bus/bus.ts";
import { type ActorId, type ActorRow, type Store, StoreAway } from "../store/store.ts";
import { Drain } from "./drain.ts";
import type { Host } from "./host.ts";
import { Judge, SILENT_MS } from "./judge.ts";
import { FORGET_AFTER_MS, Orphans } from "./orphans.ts";
import { Peers } from "./peers.ts";
import { ACTIVATE_MS, BUSY_RETRY_MS, Waking } from "./waking.ts";

interface PlacementOptions {
  incarnation: string;
  name: string;
  /** `http://host:port` of this node's internal port. */
  address: string;
  slots: number;
  /** Slots in use: FFmpeg processes, and what else keeps the machine busy. */
  used(): number;
  bus: Bus;
  clock: Clock;
  store: Store;
  host: Host;
  log: Log;
  /** Others may have taken this incarnation for dead: the process must end at once, and come back as a new one. */
  onGone(why: "unknown to the store" | "stood still"): void;
}

const BEAT_MS = 1_000;
const TICK_MS = 250;
/** How often the bus is asked for a sign, so that owners know that nobody takes them for dead. */
const LISTEN_MS = 400;
const SLEEP_CHECK_MS = 5_000;
const SWEEP_MS = 60_000;
/** How long a node that leaves tries to give its actors away. */
const GIVE_AWAY_MS = 20_000;

export class Placement {
  readonly #judge: Judge;
  readonly #peers: Peers;
  readonly #waking: Waking;
  readonly #orphans: Orphans;
  readonly #drain: Drain;
  /** Nothing is placed here any more, and what is here is given away. */
  #draining = false;
  #stopping = false;
  /** The last sign of life was sent to the store, and no answer came. */
  #unanswered = false;
  readonly #stops: (() => void)[] = [];
  /** What shows others, and this node itself, that it lives. */
  readonly #lifeSigns: (() => void)[] = [];
  #subscriptions: Subscription[] | null = null;
  /** Rows that name this node but did not run here when it last asked. */
  #strays: ActorRow[] = [];

  constructor(private readonly options: PlacementOptions) {
    const { bus, clock, store, incarnation, log, host } = options;
    this.#judge = new Judge({ bus, clock, nodes: store.nodes });
    const freeSlots = () => (this.#draining ? 0 : Math.max(0, options.slots - options.used()));
    this.#peers = new Peers({ incarnation, nodes: store.nodes, judge: this.#judge, bus, clock, log, freeSlots });
    const shared = { incarnation, bus, clock, store, host, log, peers: this.#peers, judge: this.#judge };
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

  /** Joins the living and starts to answer. Throws StoreAway, BusError. */
  async start() {
    const { incarnation, name, address, slots, bus, clock, store, host } = this.options;
    await store.nodes.join({ incarnation, name, address, slots });
    await this.#confirm();
    const answerWake =
      (work: (request: WakeRequest) => Promise<WakeAnswer>) => (body: unknown, respond: (a: WakeAnswer) => void) =>
        void work(body as WakeRequest)
          .catch((error) => this.#failed(error))
          .then(respond);
    // Kept when a start is tried again.
    this.#subscriptions ??= [
      bus.subscribe(subjects.ping(incarnation), (_body, respond) => respond(true)),
      bus.subscribe(
        subjects.activate(incarnation),
        answerWake((request) => this.#waking.activate(request)),
      ),
      bus.subscribe(
        subjects.wake,
        answerWake((request) => this.#waking.wake(request)),
        { queue: "placement" },
      ),
    ];
    await bus.flush();
    await this.#peers.read(); // Who does not know the others thinks itself first of all.
    this.#lifeSigns.push(
      every(clock, TICK_MS, () => this.#watchSelf()),
      every(clock, LISTEN_MS, async () => void (await this.#isHeard())),
      every(clock, BEAT_MS, () => this.#beat()),
      every(clock, BEAT_MS, () => this.#confirm()),
    );
    this.#stops.push(
      every(clock, BEAT_MS, () => this.#adopt()),
      every(clock, BEAT_MS, async () => {
        if (await this.#peers.look()) await this.#adopt();
      }),
      every(clock, BEAT_MS, () => this.#giveAway()),
      every(clock, SLEEP_CHECK_MS, () => this.#quietly("sleep", host.sleepIdle())),
      every(clock, SWEEP_MS, () => this.#quietly("sweep", store.nodes.sweep(FORGET_AFTER_MS))),
      bus.link.onChange((up) => up && void this.#backAgain()),
    );
    void this.#adopt();
  }

  /** Takes nothing new; gives its actors to others while they run, and stops what nobody takes; then says goodbye. */
  async stop() {
    this.#draining = this.#stopping = true;
    const { store, incarnation } = this.options;
    for (const stop of this.#stops) stop();
    this.#orphans.stop();
    const [ping, ...questions] = this.#subscriptions ?? [];
    await Promise.allSettled(questions.map((subscription) => subscription.drain()));
    await this.#quietly("drain", store.nodes.drain(incarnation));
    await this.#quietly("hand-over", this.#drain.giveAway({ withinMs: GIVE_AWAY_MS, overfill: true }));
    await this.options.host.leave();
    // Only now: while actors still stop, nobody may take this node for dead.
    for (const stop of this.#lifeSigns) stop();
    await Promise.allSettled([ping?.drain()]);
    await this.#quietly("goodbye", store.nodes.leave(incarnation));
  }

  /** To another node, by the hand-over of a drain: an actor that this one cannot serve. It stays when no other has room. */
  async handElsewhere(actor: ActorId) {
    await this.#quietly("hand-over", this.#drain.handElsewhere(actor));
  }

  /** Apart from everything that waits for others: only an event loop that stood still makes it late. */
  #watchSelf() {
    // Paused for so long it was judged dead; what it ran is others' now.
    if (this.#judge.tick(TICK_MS) > SILENT_MS) this.options.onGone("stood still");
    this.options.host.checkCutOff();
  }

  async #beat() {
    const { store, incarnation, used, onGone, host, clock } = this.options;
    if (!(await this.#isHeard())) return this.#judge.renewed(false);
    // One whose answer is lost lands all the same: who hears the store no more must not go on telling it, or it would never be replaced.
    if (this.#unanswered && !(await this.#peers.read())) return this.#judge.renewed(false);
    const sentMonoMs = clock.monoMs();
    const wasAway = this.#unanswered;
    const alive = await store.nodes.beat(incarnation, used()).catch(() => "away" as const);
    this.#unanswered = alive === "away";
    this.#judge.renewed(alive !== null && alive !== "away");
    if (alive === null) return onGone("unknown to the store");
    if (alive === "away") return;
    host.showedLife(sentMonoMs);
    if (wasAway) void this.#confirm(); // Who waits at a gate waits for both.
    if (alive.draining !== this.#draining && !this.#stopping) this.#setDraining(alive.draining);
  }

  /** The bus is: gates open with a confirmation, after a longer absence only once this node has shown life again. */
  async #backAgain() {
    await Promise.all([this.#confirm(), this.#beat()]);
    await this.#confirm();
  }

  #setDraining(draining: boolean) {
    this.#draining = draining;
    this.options.log.info(
      { draining, actors: this.options.host.size },
      draining ? "node drains" : "node drains no more",
    );
  }

  async #giveAway() {
    if (this.#draining)
      await this.#quietly("hand-over", this.#drain.giveAway({ withinMs: GIVE_AWAY_MS, overfill: false }));
  }

  /** Whether the bus answers us now. A link that hangs counts as up for some seconds more; to others a node behind it is as good as dead. */
  async #isHeard(): Promise<boolean> {
    const { bus, clock } = this.options;
    if (!bus.link.up) return false;
    const heard = within(clock, BEAT_MS, bus.flush(), () => new BusError("timeout", "flush"));
    return heard.then(
      () => true,
      () => false,
    );
  }

  /** Apart from adopting, which waits for rows and for the bus: the gates of all actors here depend on it. */
  async #confirm() {
    this.#strays = await this.options.host.confirm();
  }

  async #adopt() {
    await this.#orphans.adopt(this.#strays);
  }

  #failed(error: unknown): WakeAnswer {
    if (!(error instanceof StoreAway || error instanceof BusError))
      this.options.log.error({ reason: reason(error) }, "wake failed");
    return { ok: false, code: "unavailable", retryAfterMs: BUSY_RETRY_MS };
  }

  async #quietly(what: string, work: Promise<unknown>) {
    await work.catch((error) => this.options.log.warn({ what, reason: reason(error) }, "housekeeping failed"));
  }
}
