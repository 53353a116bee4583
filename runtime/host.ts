// The actors of one node: opens owners after a claim, lets messages through the gate, notices when an owner was replaced.

import type { CallAnswer, CallRequest } from "#schema/wire/call.ts";
import { type ActorKindName, subjects } from "#schema/wire/subjects.ts";
import {
  activationSeconds,
  activations,
  awake,
  type BumpReason,
  busyAnswers,
  failOverSeconds,
  handedOver,
  heldMessages,
  requestSeconds,
  requestsWaiting,
  takenOver,
} from "./actor-metrics.ts";
import type { Bus, Respond } from "./bus.ts";
import type { Answer, AskContext } from "./calls.ts";
import type { Clock } from "./clock.ts";
import { Gate } from "./gate.ts";
import { type Log, reason } from "./log.ts";
import { addressOf, hold, isOlder, letThrough, type Resident } from "./resident.ts";
import type { ActorId, ActorRow, Claimed, Store } from "./store.ts";

/** What an owner is given. */
export interface Ownership {
  key: string;
  claimed: Claimed;
  /** To be called when it learns that somebody else owns the actor now. */
  onFenced(noticedBy?: "save" | "room" | "status"): void;
}

/** One awake actor, as the host sees it. */
export interface Activation {
  ask(message: unknown, context: AskContext): Promise<Answer>;
  /** True for a message that only reads: let through while the store is away. */
  reads(message: unknown): boolean;
  /** Null while it must stay awake; else the version at which its row may be given up. */
  readonly idleAtVersion: number | null;
  /** Cut off from bus and store: serve nobody, until `resume`. */
  suspend(): Promise<void>;
  resume(): void;
  /** Another node is about to own it: takes on nothing more and saves what is unsaved. Resolves with the farewell, to be called once
   *  it is known whether somebody has it: then it may still show for some seconds what it has, and resolves when all of it is gone.
   *  Rejects when it goes on here as if nothing had been asked. Absent: it is stopped first. */
  handOver?(): Promise<(taken: boolean) => Promise<void>>;
  stop(how: "ask" | "kill"): Promise<void>;
}

export interface ActorKind {
  name: ActorKindName;
  open(ownership: Ownership): Activation;
}

export interface HostOptions {
  incarnation: string;
  bus: Bus;
  clock: Clock;
  store: Store;
  log: Log;
  kinds: ActorKind[];
  /** The store's wall clock from now on, as `confirm` learns it. */
  onStoreTime(nowMs: number): void;
  /** An epoch confirmed longer ago does not let messages through. Default 3 000; another only in a test. */
  confirmedForMs?: number;
  /** An idle actor that nobody asked for so long goes to sleep. Default 60 000; another only in a test. */
  sleepAfterMs?: number;
}

/** Without bus and without confirmation for so long, nobody may see our numbers: a successor may use them. */
const CUT_OFF_AFTER_MS = 8_000;
const SLEEP_AFTER_MS = 60_000;

/** Whose it was: as the claimer believes. */
interface From {
  believedEpoch: number;
  deadNode: string | null;
  /** That node lives, and gives it away. Default false. */
  handedOver?: boolean;
}

export class Host {
  readonly #residents = new Map<string, Resident>();
  readonly #opening = new Map<string, Promise<Opened>>();
  /** Of actors that others own now: what they still show. */
  readonly #farewells = new Set<Promise<unknown>>();
  #sleeping: Promise<void> | null = null;
  readonly #gate: Gate;
  #storeAway = false;
  #lastConfirmedMonoMs: number;
  /** Since when everything is suspended; null while nothing is. */
  #cutOffMonoMs: number | null = null;
  #leaving = false;

  constructor(private readonly options: HostOptions) {
    this.#gate = new Gate(options);
    this.#lastConfirmedMonoMs = options.clock.monoMs();
  }

  get size() {
    return this.#residents.size;
  }

  /** What runs here and is not being handed over. */
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

  /** Claims and opens an actor, or says that it runs here already. Null: somebody else was faster. Throws StoreAway, StorePoisoned, BusError. */
  open(kindName: string, key: string, from: From): Promise<Opened> {
    const at = addressOf({ kind: kindName, key });
    const resident = this.#residents.get(at);
    if (resident) return Promise.resolve({ epoch: resident.epoch });
    const under = this.#opening.get(at);
    if (under) return under;
    const opening = this.#open(at, kindName, key, from).finally(() => this.#opening.delete(at));
    this.#opening.set(at, opening);
    return opening;
  }

  async #open(
    at: string,
    kindName: string,
    key: string,
    { believedEpoch, deadNode, handedOver = false }: From,
  ): Promise<Opened> {
    const { store, incarnation, bus, clock, kinds, log } = this.options;
    const kind = kinds.find(({ name }) => name === kindName);
    if (!kind || this.#leaving) return null;
    subjects.actor(kind.name, key); // Throws for what is no key, before anything is claimed.
    // Before the claim is sent: a claim answered late must not count as fresh.
    const confirmed = { monoMs: clock.monoMs(), generation: bus.link.generation };
    const claimed = await store.actors.claim({ kind: kindName, key }, { node: incarnation, believedEpoch, deadNode });
    if (!claimed) return null;
    const claimedMonoMs = clock.monoMs();

    const { epoch } = claimed;
    const activation = kind.open({
      key,
      claimed,
      onFenced: this.#fencer(at, epoch),
    });
    const subscription = bus.subscribe(at, this.#hear);
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
    void this.#countBump({ believedEpoch, deadNode, handedOver });
    awake.set(this.size);
    log.info({ actor: at, epoch, sinceSavedMs: Math.round(claimed.sinceSavedMs) }, "actor awake");
    await bus.flush();
    activationSeconds.observe((clock.monoMs() - confirmed.monoMs) / 1_000);
    return { epoch };
  }

  /** Beside the way of those who wait for the actor. */
  async #countBump({ believedEpoch, deadNode, handedOver }: From) {
    let reason: BumpReason = believedEpoch === 0 ? "first" : "woken";
    if (handedOver) reason = "hand_over";
    else if (deadNode !== null) {
      const node = await this.options.store.nodes.look(deadNode).catch(() => null);
      reason = node?.left ? "left_node" : node?.draining ? "hand_over" : "dead_node";
      if (node && reason === "dead_node") failOverSeconds.observe(node.silentMs / 1_000);
    }
    activations.inc({ reason });
  }

  /** One for all: an actor's subject is its address. */
  readonly #hear = (body: unknown, respond: Respond, at: string) => this.#receive(at, body as CallRequest, respond);

  // The gate (design §3): the bus re-subscribes by itself within milliseconds, and a resumed process reads its sockets before its timers run.
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
      // A message that no code of ours sends may break the kind's own sorting of messages: its asker hears it, at once.
      requestsWaiting.inc();
      void (async () => activation.ask(request.message, { id: request.id, deadlineMonoMs }))()
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
  showedLife(sentMonoMs: number) {
    this.#gate.showedLife(sentMonoMs);
  }

  /** Asks the store which actors this node owns: each second, and at once when the link is back.
   *  Returns the rows that name this node but are not awake here. */
  async confirm(): Promise<ActorRow[]> {
    const { store, incarnation, clock, bus, onStoreTime } = this.options;
    const sent = { monoMs: clock.monoMs(), generation: bus.link.generation };
    let owned: Awaited<ReturnType<Store["actors"]["ownedBy"]>>;
    try {
      owned = await store.actors.ownedBy(incarnation);
    } catch (error) {
      if (!this.#storeAway) this.options.log.warn({ reason: reason(error) }, "store is away");
      this.#storeAway = true;
      return [];
    }
    if (this.#storeAway) this.options.log.info("store is back");
    this.#storeAway = false;
    onStoreTime(owned.nowMs + (clock.monoMs() - sent.monoMs) / 2);
    this.#lastConfirmedMonoMs = sent.monoMs;
    // Each second for each of thousands: nothing is made here that need not be.
    const strange: ActorRow[] = [];
    for (const row of owned.rows) {
      const resident = this.#residents.get(addressOf(row));
      if (resident?.epoch !== row.epoch) strange.push(row);
      else if (isOlder(resident, sent)) resident.confirmed = sent;
    }
    for (const [at, resident] of this.#residents) {
      if (isOlder(resident, sent)) this.#fenced(at, resident.epoch, "confirm");
      else if (resident.confirmed === sent && this.#gate.isOpen(resident.confirmed)) letThrough(resident);
    }
    return strange.filter((row) => !this.#residents.has(addressOf(row)));
  }

  /** Made out here: as a closure of `#open` it would keep all that opening it needed. */
  #fencer(at: string, epoch: number): Ownership["onFenced"] {
    return (noticedBy = "save") => this.#fenced(at, epoch, noticedBy);
  }

  // Replaced: kill what it ran, touch nothing outside.
  #fenced(at: string, epoch: number, noticedBy: string) {
    const resident = this.#residents.get(at);
    if (resident?.epoch !== epoch || resident.handing) return; // Who hands it over knows.
    this.#residents.delete(at);
    takenOver.inc({ noticed_by: noticedBy });
    awake.set(this.size);
    this.options.log.warn({ actor: at, epoch, noticedBy }, "actor was taken over");
    void this.#close(at, resident, "kill");
  }

  /** Of one that is not resident any more: who was held at its gate hears `moved`. */
  async #close(at: string, resident: Resident, how: "ask" | "kill") {
    letThrough(resident);
    const { subscription, activation } = resident;
    const results = await Promise.allSettled([subscription.drain(), activation.stop(how)]);
    for (const result of results)
      if (result.status === "rejected")
        this.options.log.error({ actor: at, reason: reason(result.reason) }, "stop failed");
  }

  /** Another node takes it while it runs: `give` asks one to claim it, and tells whether one has. What is asked here meanwhile hears `moved`.
   *  False: nobody took it: then it is stopped and its row is nobody's, for whoever looks for orphans. */
  async handOver({ kind, key }: ActorId, give: (epoch: number) => Promise<boolean>): Promise<boolean> {
    const at = addressOf({ kind, key });
    const resident = this.#residents.get(at);
    if (!resident || resident.handing) return false;
    const { epoch, activation } = resident;
    const { log } = this.options;
    const failed = (error: unknown) => log.warn({ actor: at, reason: reason(error) }, "hand-over failed");
    resident.handing = true;
    const stopped = async () => activation.stop("ask").then(() => async () => {});
    const farewell = await (activation.handOver?.() ?? stopped()).catch(failed);
    if (!farewell) {
      resident.handing = false;
      handedOver.inc({ outcome: "refused" });
      return false;
    }
    const taken = (await give(epoch).catch(failed)) ?? false;
    if (this.#residents.get(at) === resident) this.#residents.delete(at);
    letThrough(resident); // To hear `moved`.
    awake.set(this.size);
    handedOver.inc({ outcome: taken ? "taken" : "not taken" });
    log.info({ actor: at, epoch, taken }, "actor handed over");
    const gone = Promise.allSettled([resident.subscription.drain(), farewell(taken)]).finally(() =>
      this.#farewells.delete(gone),
    );
    this.#farewells.add(gone);
    if (!taken) await this.#giveUpRow({ kind, key }, epoch).catch(failed);
    return taken;
  }

  /** To be called often: apart from questions to the store, which wait for it. */
  checkCutOff() {
    const { bus, clock } = this.options;
    const sinceMs = this.#cutOffMonoMs;
    // Being heard again is not enough: only the store knows whether somebody has taken over meanwhile.
    const off =
      sinceMs === null
        ? !bus.link.up && clock.monoMs() - this.#lastConfirmedMonoMs > CUT_OFF_AFTER_MS
        : this.#lastConfirmedMonoMs <= sinceMs;
    if (off === (sinceMs !== null)) return;
    this.#cutOffMonoMs = off ? clock.monoMs() : null;
    this.options.log.warn({ actors: this.size }, off ? "cut off: stopping what runs" : "no longer cut off");
    for (const { activation } of this.#residents.values()) off ? void activation.suspend() : activation.resume();
  }

  /** Puts idle actors to sleep: drain the subscription, then give up the row, unless something came meanwhile. */
  async sleepIdle({ afterMs = this.options.sleepAfterMs ?? SLEEP_AFTER_MS } = {}) {
    while (this.#sleeping) await this.#sleeping; // Two at once would hear again twice, and stop hearing once.
    this.#sleeping = this.#sleepIdle(afterMs);
    try {
      await this.#sleeping;
    } finally {
      this.#sleeping = null;
    }
  }

  async #sleepIdle(afterMs: number) {
    const { clock, store } = this.options;
    for (const [at, resident] of [...this.#residents]) {
      const { activation, kind, key, epoch } = resident;
      if (resident.handing || activation.idleAtVersion === null) continue;
      if (clock.monoMs() - resident.lastAskedMonoMs < afterMs) continue;
      await resident.subscription.drain();
      if (this.#residents.get(at) !== resident) continue; // Taken over meanwhile, perhaps even awake again.
      if (resident.handing) continue;
      const version = activation.idleAtVersion;
      if (version === null || resident.held?.size) {
        resident.subscription = this.options.bus.subscribe(at, this.#hear); // A last message woke it: hear again.
        continue;
      }
      this.#residents.delete(at);
      awake.set(this.size);
      await activation.stop("ask");
      await store.actors.release({ kind: kind.name, key }, { epoch, version });
      this.options.log.info({ actor: at, epoch }, "actor asleep");
    }
  }

  async #giveUpRow(id: ActorId, epoch: number) {
    const { actors } = this.options.store;
    const row = await actors.look(id);
    if (row?.epoch === epoch) await actors.release(id, { epoch, version: row.version });
  }

  /** Everything stops; rows are given up so that whoever comes next need not judge. Due actors wake elsewhere or at the next start. */
  async leave() {
    this.#leaving = true;
    await Promise.allSettled([...this.#opening.values(), ...this.#farewells]);
    const residents = [...this.#residents];
    this.#residents.clear();
    await Promise.all(
      residents.map(async ([at, resident]) => {
        await this.#close(at, resident, "ask");
        await this.#giveUpRow({ kind: resident.kind.name, key: resident.key }, resident.epoch);
      }),
    ).catch((error) => this.options.log.warn({ reason: reason(error) }, "could not give up all rows"));
  }
}

type Opened = { epoch: number } | null;
