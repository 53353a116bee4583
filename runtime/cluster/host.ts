// The actors of one node: opens an actor after a claim, passes messages through the gate, and notices when another node took over.
// Other ways in which actors leave the node: leaving.ts.

import type { CallAnswer, CallRequest } from "#schema/wire/call.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Answer } from "../actor/calls.ts";
import type { Clock } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import type { Bus, Respond } from "../bus/bus.ts";
import type { ActorId, ActorRow, Claimed, Store } from "../store/store.ts";
import type { Activation, ActorKind, Ownership } from "./activation.ts";
import { countActivation, type PreviousOwner } from "./activation-reason.ts";
import { EventLoop } from "./event-loop.ts";
import { type Confirmed, Gate } from "./gate.ts";
import { SILENT_MS } from "./judge.ts";
import { Leaving } from "./leaving.ts";
import {
  activationSeconds,
  awake,
  busyAnswers,
  heldMessages,
  requestSeconds,
  requestsWaiting,
  takenOver,
} from "./metrics.ts";
import { addressOf, close, hold, letThrough, predates, type Resident } from "./resident.ts";
import { handled } from "./traced-request.ts";
import { CannotOpen, OPEN_AGAIN_MS, Unopenable } from "./unopenable.ts";

interface HostOptions {
  incarnation: string;
  bus: Bus;
  clock: Clock;
  store: Store;
  log: Log;
  kinds: ActorKind[];
  /** Called with the store's wall clock whenever `confirm` learns it. */
  onStoreTime(nowMs: number): void;
  /** An idle actor without requests for this long goes to sleep. Default 60 000; other values only in tests. */
  sleepAfterMs?: number;
}

/** After this long without bus and confirmation, segment numbers of this node must not be served: a successor may use them. */
const CUT_OFF_AFTER_MS = 8_000;

export class Host {
  readonly #residents = new Map<string, Resident>();
  readonly #opening = new Map<string, Promise<Opened>>();
  readonly #leaving: Leaving;
  readonly #gate: Gate;
  /** Ticked by the node's placement. */
  readonly eventLoop: EventLoop;
  readonly #unopenable: Unopenable;
  #storeAway = false;
  #anyDue = true;
  #lastConfirmedMonoMs: number;
  /** When all actors were suspended; null while they run. */
  #cutOffMonoMs: number | null = null;
  /** No actor is opened any more. */
  #closed = false;

  constructor(private readonly options: HostOptions) {
    this.#gate = new Gate(options);
    this.eventLoop = new EventLoop(options.clock);
    this.#unopenable = new Unopenable(options.clock);
    this.#leaving = new Leaving({ ...options, residents: this.#residents, onMessage: this.#onMessage });
    this.#lastConfirmedMonoMs = options.clock.monoMs();
  }

  get size() {
    return this.#residents.size;
  }

  /** Actors that run here and are not being handed over. */
  get actors(): ActorId[] {
    return [...this.#residents.values()]
      .filter(({ handing }) => !handing)
      .map(({ kind, key }) => ({ kind: kind.name, key }));
  }

  epochOf(kind: string, key: string): number | undefined {
    return this.#residents.get(addressOf({ kind, key }))?.epoch;
  }

  isOpening(kind: string, key: string) {
    return this.#opening.has(addressOf({ kind, key }));
  }

  /** The actor could not be opened here a short time ago. */
  cannotOpen(id: ActorId): boolean {
    return this.#unopenable.waitMs(addressOf(id)) !== null;
  }

  /** Claims and opens an actor, unless it runs here already. Null: another node was faster. Throws CannotOpen, StoreAway, StorePoisoned,
   *  BusError. */
  open(kindName: string, key: string, previous: PreviousOwner): Promise<Opened> {
    const at = addressOf({ kind: kindName, key });
    const resident = this.#residents.get(at);
    if (resident) return Promise.resolve({ epoch: resident.epoch });
    const pending = this.#opening.get(at);
    if (pending) return pending;
    const opening = this.#open(at, kindName, key, previous).finally(() => this.#opening.delete(at));
    this.#opening.set(at, opening);
    return opening;
  }

  async #open(at: string, kindName: string, key: string, previous: PreviousOwner): Promise<Opened> {
    const { store, incarnation, bus, clock, kinds, log } = this.options;
    const kind = kinds.find(({ name }) => name === kindName);
    if (!kind || this.#closed) return null;
    subjects.actor(kind.name, key); // Throws for a malformed key, before anything is claimed.
    const waitMs = this.#unopenable.waitMs(at);
    if (waitMs !== null) throw new CannotOpen(waitMs);
    // Taken before the claim is sent, so that a claim answered late does not count as fresh.
    const confirmed = { monoMs: clock.monoMs(), generation: bus.link.generation };
    const { believedEpoch, dead } = previous;
    const claimed = await store.actors.claim({ kind: kindName, key }, { node: incarnation, believedEpoch, dead });
    if (!claimed) return null;
    const claimedMonoMs = clock.monoMs();

    const { epoch } = claimed;
    const activation = await this.#activation(kind, key, claimed);
    const subscription = bus.subscribe(at, this.#onMessage);
    this.#residents.set(at, {
      kind,
      key,
      epoch,
      activation,
      subscription,
      confirmed,
      claimedMonoMs,
      held: null,
      lastAskedMonoMs: claimedMonoMs,
      handing: false,
    });
    void countActivation(previous, store.nodes);
    awake.set(this.size);
    log.info({ actor: at, epoch, sinceSavedMs: Math.round(claimed.sinceSavedMs) }, "actor awake");
    await bus.flush();
    activationSeconds.observe((clock.monoMs() - confirmed.monoMs) / 1_000);
    return { epoch };
  }

  /** Throws CannotOpen for a saved state with which the rules throw. The row is released: another node may try. */
  async #activation(kind: ActorKind, key: string, claimed: Claimed): Promise<Activation> {
    const at = addressOf({ kind: kind.name, key });
    const { epoch, version } = claimed;
    try {
      const activation = kind.open({ key, claimed, onFenced: this.#fencer(at, epoch), mayWrite: this.#mayWrite });
      this.#unopenable.opened(at);
      return activation;
    } catch (error) {
      const fields = {
        actor: at,
        epoch,
        reason: reason(error),
        stack: error instanceof Error ? error.stack : undefined,
      };
      if (this.#unopenable.failed(at)) this.options.log.error(fields, "actor cannot be opened");
      // If this fails, the row goes on naming this node, which tries again after the same time.
      await this.options.store.actors.release({ kind: kind.name, key }, { epoch, version }).catch(() => false);
      throw new CannotOpen(OPEN_AGAIN_MS);
    }
  }

  /** One handler for all subscriptions: the subject is the actor's address. */
  readonly #onMessage = (body: unknown, respond: Respond, at: string) =>
    this.#receive(at, body as CallRequest, respond);

  #receive(at: string, request: CallRequest, respond: Respond) {
    const resident = this.#residents.get(at);
    const { incarnation, clock, log } = this.options;
    if (!resident) return respond({ ok: false, code: "moved", node: incarnation, epoch: 0 } satisfies CallAnswer);
    const { epoch, activation } = resident;
    const arrivedMonoMs = clock.monoMs();
    const answer = (what: Answer) => {
      if (!what.ok && what.code === "busy") busyAnswers.inc();
      respond({ ...what, node: incarnation, epoch } satisfies CallAnswer);
    };
    const deadlineMonoMs = arrivedMonoMs + request.remainingMs;
    resident.lastAskedMonoMs = arrivedMonoMs;
    if (resident.handing) return answer({ ok: false, code: "moved" });
    const pass = () => {
      if (this.#residents.get(at) !== resident) return answer({ ok: false, code: "moved" });
      if (clock.monoMs() >= deadlineMonoMs) return;
      // A malformed message may make `ask` throw before it reaches the mailbox: its asker gets `internal` at once.
      requestsWaiting.inc();
      void handled(request, at, () => activation.ask(request.message, { id: request.id, deadlineMonoMs }))
        .catch((error): Answer => {
          log.error({ actor: at, reason: reason(error) }, "bug");
          return { ok: false, code: "internal" };
        })
        .then((what) => {
          requestsWaiting.dec();
          requestSeconds.observe((clock.monoMs() - arrivedMonoMs) / 1_000);
          answer(what);
        });
    };
    if (this.#gate.isOpen(resident.confirmed)) return pass();
    if (this.#storeAway && this.#gate.sameLink(resident.confirmed) && activation.reads(request.message)) return pass();
    if (!hold(resident, request.id, { deadlineMonoMs, pass }, arrivedMonoMs))
      return answer({ ok: false, code: "busy", retryAfterMs: 500 });
    heldMessages.inc();
  }

  /** See Gate. */
  heartbeatAcknowledged(sent: Confirmed) {
    return this.#gate.heartbeatAcknowledged(sent);
  }

  /** False: at the last confirmation no actor, whosever, had to be awake. */
  get anyDue() {
    return this.#anyDue;
  }

  /** How long ago the newest confirmation was sent. */
  get unconfirmedMs() {
    return this.options.clock.monoMs() - this.#lastConfirmedMonoMs;
  }

  /** Asks the store which actors this node owns. Called each second, and at once when the link is back.
   *  Returns rows that name this node but are not awake here. */
  async confirm(): Promise<ActorRow[]> {
    const { store, incarnation, clock, bus, onStoreTime } = this.options;
    const sent = { monoMs: clock.monoMs(), generation: bus.link.generation };
    let owned: Awaited<ReturnType<Store["actors"]["ownedBy"]>>;
    try {
      owned = await store.actors.ownedBy(incarnation);
    } catch (error) {
      if (!this.#storeAway) this.options.log.warn({ reason: reason(error) }, "store is away");
      this.#storeAway = true;
      this.#anyDue = true;
      return [];
    }
    if (this.#storeAway) this.options.log.info("store is back");
    this.#storeAway = false;
    this.#anyDue = owned.anyDue;
    onStoreTime(owned.nowMs + (clock.monoMs() - sent.monoMs) / 2);
    this.#lastConfirmedMonoMs = sent.monoMs;
    // Runs each second over thousands of rows, so it allocates as little as possible.
    const strays: ActorRow[] = [];
    for (const row of owned.rows) {
      const resident = this.#residents.get(addressOf(row));
      if (resident?.epoch !== row.epoch) strays.push(row);
      else if (predates(resident, sent)) resident.confirmed = sent;
    }
    for (const [at, resident] of this.#residents) {
      if (predates(resident, sent)) this.#fenced(at, resident.epoch, "confirm");
      else if (resident.confirmed === sent && this.#gate.isOpen(resident.confirmed)) letThrough(resident);
    }
    return strays.filter((row) => !this.#residents.has(addressOf(row)));
  }

  /** A method of its own, because a closure inside `#open` would keep all local variables of `#open` alive. */
  #fencer(at: string, epoch: number): Ownership["onFenced"] {
    return (noticedBy = "save") => this.#fenced(at, epoch, noticedBy);
  }

  // What a process that stood still for so long saves would hide how long nobody was there, and it ends at its next tick.
  readonly #mayWrite: Ownership["mayWrite"] = () => this.eventLoop.overdueMs <= SILENT_MS;

  // Another node took over: kill what the actor ran, contact nothing outside.
  #fenced(at: string, epoch: number, noticedBy: string) {
    const resident = this.#residents.get(at);
    if (resident?.epoch !== epoch || resident.handing) return; // A hand-over handles this itself.
    this.#residents.delete(at);
    takenOver.inc({ noticed_by: noticedBy });
    awake.set(this.size);
    this.options.log.warn({ actor: at, epoch, noticedBy }, "actor was taken over");
    void close(at, resident, { how: "kill", log: this.options.log });
  }

  /** Must be called often, and not behind queries to the store, which may hang. */
  checkCutOff() {
    const { bus, clock } = this.options;
    const sinceMs = this.#cutOffMonoMs;
    // A link that is back is not enough: only the store knows whether another node has taken over meanwhile.
    const off =
      sinceMs === null
        ? !bus.link.up && clock.monoMs() - this.#lastConfirmedMonoMs > CUT_OFF_AFTER_MS
        : this.#lastConfirmedMonoMs <= sinceMs;
    if (off === (sinceMs !== null)) return;
    this.#cutOffMonoMs = off ? clock.monoMs() : null;
    this.options.log.warn({ actors: this.size }, off ? "cut off: stopping what runs" : "no longer cut off");
    for (const { activation } of this.#residents.values()) off ? void activation.suspend() : activation.resume();
  }

  /** Puts idle actors to sleep. */
  sleepIdle(options: { afterMs?: number } = {}): Promise<void> {
    return this.#leaving.sleepIdle(options);
  }

  /** Hands a running actor over to another node; see Leaving. */
  handOver(actor: ActorId, give: (epoch: number) => Promise<boolean>): Promise<boolean> {
    return this.#leaving.handOver(actor, give);
  }

  /** Stops every actor; none is opened afterwards. */
  leave(): Promise<void> {
    this.#closed = true;
    return this.#leaving.leave(this.#opening.values());
  }
}

type Opened = { epoch: number } | null;
