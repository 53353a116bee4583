// Where an actor lives: wakes it on request, finds the orphans of dead nodes, keeps this node's own sign of life.

import type { WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { type ActorKindName, subjects } from "#schema/wire/subjects.ts";
import { type Bus, BusError, type Subscription } from "./bus.ts";
import { type Clock, every, within } from "./clock.ts";
import { Drain } from "./drain.ts";
import type { Host } from "./host.ts";
import { Judge, SILENT_MS } from "./judge.ts";
import { type Log, reason } from "./log.ts";
import { Peers } from "./peers.ts";
import { ranked } from "./rendezvous.ts";
import { type ActorId, type ActorRow, type Store, StoreAway } from "./store.ts";

export interface PlacementOptions {
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
const FORGET_AFTER_MS = 3_600_000;
const ORPHANS_MAX = 200;
/** Claims of orphans at once. */
const PARALLEL = 16;
const ACTIVATE_MS = 3_000;
const BUSY_RETRY_MS = 300;
/** How long a node that leaves tries to give its actors away. */
const GIVE_AWAY_MS = 20_000;
/** The node of rank r claims an orphan after r times this: one claims, the others are there if it does not. */
const RANK_MS = 300;

const BUSY = { ok: false, code: "busy", retryAfterMs: BUSY_RETRY_MS } as const;

export class Placement {
  readonly #judge: Judge;
  readonly #peers: Peers;
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
  /** Orphans whose turn by rank has not come yet; the value cancels. */
  readonly #waiting = new Map<string, () => void>();
  /** Rows that name this node but did not run here when it last asked. */
  #strays: ActorRow[] = [];

  constructor(private readonly options: PlacementOptions) {
    const { bus, clock, store, incarnation, log } = options;
    this.#judge = new Judge({ bus, clock, nodes: store.nodes });
    const freeSlots = () => (this.#draining ? 0 : Math.max(0, options.slots - options.used()));
    this.#peers = new Peers({ incarnation, nodes: store.nodes, judge: this.#judge, bus, clock, log, freeSlots });
    this.#drain = new Drain({
      incarnation,
      host: options.host,
      peers: this.#peers,
      actors: store.actors,
      clock,
      log,
      activateAt: (node, { kind, key }, overfill) =>
        this.#activateAt(node, {
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
        answerWake((request) => this.#activate(request)),
      ),
      bus.subscribe(
        subjects.wake,
        answerWake((request) => this.#wake(request)),
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
    for (const stop of [...this.#stops, ...this.#waiting.values()]) stop();
    this.#waiting.clear();
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

  /** Someone asks for an actor that nobody answers for. */
  async #wake(request: WakeRequest): Promise<WakeAnswer> {
    const { store, incarnation, host } = this.options;
    const { kind, key } = request;
    const row = await store.actors.look({ kind, key });
    if (row?.node === incarnation) return this.#open(kind, key, row, null);
    if (!row?.node) return this.#place(request, row, null);
    if (!this.#peers.isDead(row.node)) {
      const elsewhere = await this.#activateAt(row.node, request);
      if (elsewhere) return elsewhere;
      if (!(await this.#judge.isDead(row.node))) {
        const epoch = host.epochOf(kind, key);
        return epoch === undefined ? BUSY : { ok: true, node: incarnation, epoch };
      }
    }
    return this.#place(request, row, row.node);
  }

  /** Nobody holds it: the first by rank that has room takes it, and when nobody has, the first. */
  async #place(request: WakeRequest, row: ActorRow | null, deadNode: string | null): Promise<WakeAnswer> {
    const { kind, key } = request;
    const order = ranked(key, this.#peers.candidates);
    for (const { id } of order) {
      if (id === this.options.incarnation) {
        if (this.#isFull) continue;
        return this.#open(kind, key, row, deadNode);
      }
      const answer = await this.#activateAt(id, { ...request, ...(deadNode && { deadNode }) });
      if (answer && (answer.ok || answer.code === "moved")) return answer;
    }
    return this.#open(kind, key, row, deadNode);
  }

  get #isFull() {
    return this.#draining || this.options.used() >= this.options.slots;
  }

  /** Null: it does not answer. */
  async #activateAt(node: string, request: WakeRequest): Promise<WakeAnswer | null> {
    try {
      const timeoutMs = Math.min(ACTIVATE_MS, request.remainingMs);
      return (await this.options.bus.request(subjects.activate(node), request, { timeoutMs })) as WakeAnswer;
    } catch (error) {
      if (error instanceof BusError) return null;
      throw error;
    }
  }

  /** A row is said to name this node, or this node was chosen. */
  async #activate({ kind, key, deadNode, handedOver = false, overfill = false }: WakeRequest): Promise<WakeAnswer> {
    const row = await this.options.store.actors.look({ kind, key });
    if (row?.node === this.options.incarnation) return this.#open(kind, key, row, null);
    if (row?.node && row.node !== deadNode) return { ok: false, code: "moved", retryAfterMs: 0 };
    if (this.#draining || (this.#isFull && !overfill)) return { ...BUSY, detail: "overloaded" };
    return this.#open(kind, key, row, row?.node ?? null, handedOver);
  }

  async #open(
    kind: string,
    key: string,
    row: ActorRow | null,
    deadNode: string | null,
    handedOver = false,
  ): Promise<WakeAnswer> {
    const { host, incarnation } = this.options;
    const opened = await host.open(kind, key, { believedEpoch: row?.epoch ?? 0, deadNode, handedOver });
    if (!opened) return { ok: false, code: "moved", retryAfterMs: 0 };
    return { ok: true, node: incarnation, epoch: opened.epoch };
  }

  /** Apart from adopting, which waits for rows and for the bus: the gates of all actors here depend on it. */
  async #confirm() {
    this.#strays = await this.options.host.confirm();
  }

  /** Wakes what must be awake and is not: orphans, and what names this node but does not run here. */
  async #adopt() {
    const { store, incarnation, host, bus } = this.options;
    if (!bus.link.up) return;
    // Before our own renewals are trusted, the age of others' `seen_at` says nothing.
    const silentMs = this.#judge.trustsAge ? SILENT_MS : FORGET_AFTER_MS;
    const deadNodes = this.#peers.dead;
    const due = await store.actors.due({ node: incarnation, deadNodes, silentMs, limit: ORPHANS_MAX }).catch(() => []);
    // What names this node is nobody else's to take.
    const strays = new Set(this.#strays.map((row) => `${row.kind}/${row.key}`));
    const mine = due.filter((row) => row.node === incarnation && strays.has(`${row.kind}/${row.key}`));
    const [first, later] = [mine, [] as { row: ActorRow; rank: number }[]];
    for (const row of due) {
      if (row.node === incarnation) continue;
      const rank = ranked(row.key, this.#peers.candidates).findIndex(({ id }) => id === incarnation);
      if (rank === 0) first.push(row);
      else later.push({ row, rank });
    }
    for (const { row, rank } of later) this.#adoptLater(row, rank * RANK_MS);
    const orphans = first.filter(
      ({ kind, key }) => host.epochOf(kind, key) === undefined && !host.isOpening(kind, key),
    );
    for (let i = 0; i < orphans.length; i += PARALLEL)
      await Promise.all(orphans.slice(i, i + PARALLEL).map((row) => this.#adoptNow(row)));
  }

  async #adoptNow(row: ActorRow) {
    const { incarnation, log } = this.options;
    await this.#open(row.kind, row.key, row, row.node === incarnation ? null : row.node).catch((error) =>
      log.warn({ actor: `${row.kind}/${row.key}`, reason: reason(error) }, "orphan not adopted"),
    );
  }

  /** If nobody of a better rank has claimed it by then. */
  #adoptLater(row: ActorRow, afterMs: number) {
    const { clock, store } = this.options;
    const at = `${row.kind}/${row.key}`;
    if (this.#waiting.has(at)) return;
    const cancel = clock.timer(afterMs, async () => {
      this.#waiting.delete(at);
      const now = await store.actors.look(row).catch(() => null);
      if (now?.epoch === row.epoch && now.node === row.node) await this.#adoptNow(row);
    });
    this.#waiting.set(at, cancel);
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
