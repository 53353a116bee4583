// Where an actor lives: wakes it on request, finds the orphans of dead nodes, keeps this node's own sign of life.

import type { WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type Bus, BusError, type Subscription } from "./bus.ts";
import { type Clock, every } from "./clock.ts";
import type { Host } from "./host.ts";
import { Judge, SILENT_MS } from "./judge.ts";
import { type Log, reason } from "./log.ts";
import { type ActorRow, type Store, StoreAway } from "./store.ts";

export interface PlacementOptions {
  incarnation: string;
  name: string;
  /** `http://host:port` of this node's internal port. */
  address: string;
  slots: number;
  bus: Bus;
  clock: Clock;
  store: Store;
  host: Host;
  log: Log;
  /** The store says that this incarnation is gone: the process must come back as a new one. */
  onGone(): void;
}

const BEAT_MS = 1_000;
const SLEEP_CHECK_MS = 5_000;
const SWEEP_MS = 60_000;
const FORGET_AFTER_MS = 3_600_000;
const ORPHANS_MAX = 200;
/** Claims of orphans at once. */
const PARALLEL = 16;
const ACTIVATE_MS = 3_000;
const BUSY_RETRY_MS = 300;

export class Placement {
  readonly #judge: Judge;
  readonly #stops: (() => void)[] = [];
  readonly #subscriptions: Subscription[] = [];
  /** Nodes judged dead by pings; `seen_at` will agree in a few seconds. */
  readonly #dead = new Set<string>();

  constructor(private readonly options: PlacementOptions) {
    const { bus, clock, store } = options;
    this.#judge = new Judge({ bus, clock, nodes: store.nodes });
  }

  /** Joins the living and starts to answer. Throws StoreAway, BusError. */
  async start() {
    const { incarnation, name, address, slots, bus, clock, store, host } = this.options;
    await store.nodes.join({ incarnation, name, address, slots });
    await host.confirm();
    const answerWake =
      (work: (request: WakeRequest) => Promise<WakeAnswer>) => (body: unknown, respond: (a: WakeAnswer) => void) =>
        void work(body as WakeRequest)
          .catch((error) => this.#failed(error))
          .then(respond);
    this.#subscriptions.push(
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
    );
    await bus.flush();
    this.#stops.push(
      every(clock, BEAT_MS, () => this.#beat()),
      every(clock, BEAT_MS, () => this.#adopt()),
      every(clock, BEAT_MS, () => this.#watchPeers()),
      every(clock, SLEEP_CHECK_MS, () => this.#quietly("sleep", host.sleepIdle())),
      every(clock, SWEEP_MS, () => this.#quietly("sweep", store.nodes.sweep(FORGET_AFTER_MS))),
      bus.link.onChange((up) => up && void host.confirm()),
    );
    void this.#adopt();
  }

  /** Answers nobody any more; then the actors stop, then the node says goodbye. */
  async stop() {
    for (const stop of this.#stops) stop();
    await Promise.allSettled(this.#subscriptions.map((subscription) => subscription.drain()));
    await this.options.host.leave();
    await this.#quietly("goodbye", this.options.store.nodes.leave(this.options.incarnation));
  }

  async #beat() {
    const { bus, store, incarnation, host, onGone } = this.options;
    this.#judge.tick(BEAT_MS);
    if (!bus.link.up) return this.#judge.renewed(false);
    const alive = await store.nodes.beat(incarnation, host.size).catch(() => null);
    this.#judge.renewed(alive === true);
    if (alive === false) onGone();
  }

  /** Someone asks for an actor that nobody answers for. */
  async #wake(request: WakeRequest): Promise<WakeAnswer> {
    const { store, incarnation, host } = this.options;
    const { kind, key } = request;
    const row = await store.actors.look({ kind, key });
    if (!row?.node || row.node === incarnation) return this.#open(kind, key, row, null);
    if (this.#dead.has(row.node)) return this.#open(kind, key, row, row.node);
    const elsewhere = await this.#activateAt(row.node, request);
    if (elsewhere) return elsewhere;
    if (await this.#judge.isDead(row.node)) return this.#open(kind, key, row, row.node);
    const epoch = host.epochOf(kind, key);
    return epoch === undefined
      ? { ok: false, code: "busy", retryAfterMs: BUSY_RETRY_MS }
      : { ok: true, node: incarnation, epoch };
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

  /** A row is said to name this node. */
  async #activate({ kind, key }: WakeRequest): Promise<WakeAnswer> {
    const row = await this.options.store.actors.look({ kind, key });
    const mine = !row?.node || row.node === this.options.incarnation;
    return mine ? this.#open(kind, key, row, null) : { ok: false, code: "busy", retryAfterMs: BUSY_RETRY_MS };
  }

  async #open(kind: string, key: string, row: ActorRow | null, deadNode: string | null): Promise<WakeAnswer> {
    const { host, incarnation } = this.options;
    const opened = await host.open(kind, key, { believedEpoch: row?.epoch ?? 0, deadNode });
    if (!opened) return { ok: false, code: "moved", retryAfterMs: 0 };
    return { ok: true, node: incarnation, epoch: opened.epoch };
  }

  /** Wakes what must be awake and is not: orphans, and what names this node but does not run here. */
  async #adopt() {
    const { store, incarnation, host, bus, log } = this.options;
    const strays = await host.confirm();
    if (!bus.link.up) return;
    // Before our own renewals are trusted, the age of others' `seen_at` says nothing.
    const silentMs = this.#judge.trustsAge ? SILENT_MS : FORGET_AFTER_MS;
    const deadNodes = [...this.#dead];
    const due = await store.actors.due({ node: incarnation, deadNodes, silentMs, limit: ORPHANS_MAX }).catch(() => []);
    const dueNow = new Set(due.map((row) => `${row.kind}/${row.key}`));
    const mine = strays.filter((row) => dueNow.has(`${row.kind}/${row.key}`));
    const others = due.filter((row) => row.node !== incarnation);
    const orphans = [...mine, ...others].filter(
      ({ kind, key }) => host.epochOf(kind, key) === undefined && !host.isOpening(kind, key),
    );
    for (let i = 0; i < orphans.length; i += PARALLEL)
      await Promise.all(
        orphans
          .slice(i, i + PARALLEL)
          .map((row) =>
            this.#open(row.kind, row.key, row, row.node === incarnation ? null : row.node).catch((error) =>
              log.warn({ actor: `${row.kind}/${row.key}`, reason: reason(error) }, "orphan not adopted"),
            ),
          ),
      );
  }

  /** A killed node is known within about a second: nobody answers for it. */
  async #watchPeers() {
    const { store, incarnation, log } = this.options;
    if (!this.#judge.settled) return;
    const living = await store.nodes.living(SILENT_MS).catch(() => []);
    for (const dead of this.#dead) if (!living.some((node) => node.incarnation === dead)) this.#dead.delete(dead);
    await Promise.all(
      living.map(async (node) => {
        if (node.incarnation === incarnation) return;
        if (!(await this.#judge.hasNoResponders(node.incarnation))) return void this.#dead.delete(node.incarnation);
        if (this.#dead.has(node.incarnation)) return;
        if (!(await this.#judge.isDead(node.incarnation).catch(() => false))) return;
        log.warn({ peer: node.name, incarnation: node.incarnation }, "node is dead");
        this.#dead.add(node.incarnation);
      }),
    );
    if (this.#dead.size > 0) await this.#adopt();
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
