// How an actor leaves a living node: it is handed over while it runs, put to sleep when idle, or stopped with the whole node.
// Actors that another node took over are handled in host.ts.

import type { Clock } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import type { Bus, Handle } from "../bus/bus.ts";
import type { ActorId, Store } from "../store/store.ts";
import { awake, handedOver } from "./metrics.ts";
import { addressOf, close, letThrough, type Resident } from "./resident.ts";

interface LeavingOptions {
  /** The host's residents by address; a leaving actor is removed. */
  residents: Map<string, Resident>;
  /** Handles messages to an actor's address. */
  onMessage: Handle;
  bus: Bus;
  clock: Clock;
  store: Store;
  log: Log;
  /** An idle actor without requests for this long goes to sleep. Default 60 000. */
  sleepAfterMs?: number;
}

const SLEEP_AFTER_MS = 60_000;

export class Leaving {
  /** Hand-overs whose old owner still serves media for some seconds. */
  readonly #farewells = new Set<Promise<unknown>>();
  #sleeping: Promise<void> | null = null;

  constructor(private readonly options: LeavingOptions) {}

  /** Hands a running actor over: `give` asks other nodes to claim it and returns whether one did. Requests that arrive here meanwhile are
   *  answered `moved`. False: no node took the actor; it is stopped and its row released, so that it is found as an orphan. */
  async handOver({ kind, key }: ActorId, give: (epoch: number) => Promise<boolean>): Promise<boolean> {
    const at = addressOf({ kind, key });
    const { residents, log } = this.options;
    const resident = residents.get(at);
    if (!resident || resident.handing) return false;
    const { epoch, activation } = resident;
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
    if (residents.get(at) === resident) residents.delete(at);
    letThrough(resident); // They are answered `moved`.
    awake.set(residents.size);
    handedOver.inc({ outcome: taken ? "taken" : "not taken" });
    log.info({ actor: at, epoch, taken }, "actor handed over");
    const gone = Promise.allSettled([resident.subscription.drain(), farewell(taken)]).finally(() =>
      this.#farewells.delete(gone),
    );
    this.#farewells.add(gone);
    if (!taken) await this.#releaseRow({ kind, key }, epoch).catch(failed);
    return taken;
  }

  /** Puts idle actors to sleep: drains the subscription, then releases the row, unless a message came meanwhile. */
  async sleepIdle({ afterMs = this.options.sleepAfterMs ?? SLEEP_AFTER_MS } = {}) {
    while (this.#sleeping) await this.#sleeping; // Two runs at once would subscribe twice and unsubscribe once.
    this.#sleeping = this.#sleepIdle(afterMs);
    try {
      await this.#sleeping;
    } finally {
      this.#sleeping = null;
    }
  }

  async #sleepIdle(afterMs: number) {
    const { residents, bus, onMessage, clock, store, log } = this.options;
    for (const [at, resident] of [...residents]) {
      const { activation, kind, key, epoch } = resident;
      if (resident.handing || activation.idleAtVersion === null) continue;
      if (clock.monoMs() - resident.lastAskedMonoMs < afterMs) continue;
      await resident.subscription.drain();
      if (residents.get(at) !== resident) continue; // Taken over meanwhile, and perhaps awake again.
      if (resident.handing) continue;
      const version = activation.idleAtVersion;
      if (version === null || resident.held?.size) {
        resident.subscription = bus.subscribe(at, onMessage); // A last message woke the actor: subscribe again.
        continue;
      }
      residents.delete(at);
      awake.set(residents.size);
      await activation.stop("ask");
      await store.actors.release({ kind: kind.name, key }, { epoch, version });
      log.info({ actor: at, epoch }, "actor asleep");
    }
  }

  /** Stops every actor once those that are `opening` have opened, and releases their rows, so that the next owner need not judge this
   *  node. Due actors wake elsewhere or at the next start. */
  async leave(opening: Iterable<Promise<unknown>>) {
    const { residents, log } = this.options;
    await Promise.allSettled([...opening, ...this.#farewells]);
    const leaving = [...residents];
    residents.clear();
    await Promise.all(
      leaving.map(async ([at, resident]) => {
        await close(at, resident, { how: "ask", log });
        await this.#releaseRow({ kind: resident.kind.name, key: resident.key }, resident.epoch);
      }),
    ).catch((error) => log.warn({ reason: reason(error) }, "could not release all rows"));
  }

  async #releaseRow(id: ActorId, epoch: number) {
    const { actors } = this.options.store;
    const row = await actors.look(id);
    if (row?.epoch === epoch) await actors.release(id, { epoch, version: row.version });
  }
}
