// A node that is to be empty: gives its actors to other nodes while they run, a few at a time, and lets idle ones sleep.

import type { Clock } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import type { ActorId, ActorStore } from "../store/store.ts";
import type { Host } from "./host.ts";
import type { Peers } from "./peers.ts";
import { ranked } from "./rendezvous.ts";

export interface DrainOptions {
  incarnation: string;
  host: Host;
  peers: Peers;
  actors: ActorStore;
  clock: Clock;
  log: Log;
  /** Asks a node to take an actor, with room or without. Null: it does not answer, and may have taken it or not. */
  activateAt(
    node: string,
    actor: ActorId,
    overfill: boolean,
  ): Promise<{ ok: true } | { ok: false; code: string } | null>;
}

interface GiveAwayOptions {
  withinMs: number;
  /** Also to nodes that are full; else what finds no room stays here and is tried again by the next call. */
  overfill: boolean;
}

/** Given away at once: each costs the node that takes it an FFmpeg that starts. */
const PARALLEL = 4;

export class Drain {
  #giving: Promise<void> | null = null;
  /** Hand-overs of single actors, so many side by side. */
  readonly #lanes: Promise<unknown>[] = Array.from({ length: PARALLEL }, () => Promise.resolve());
  #nextLane = 0;

  constructor(private readonly options: DrainOptions) {}

  /** Tries each actor once. Resolves when that is done or `withinMs` have gone. */
  async giveAway(options: GiveAwayOptions): Promise<void> {
    await this.#giving;
    this.#giving = this.#giveAway(options).finally(() => {
      this.#giving = null;
    });
    await this.#giving;
  }

  async #giveAway({ withinMs, overfill }: GiveAwayOptions) {
    const { host, peers, clock, log } = this.options;
    const untilMonoMs = clock.monoMs() + withinMs;
    await host.sleepIdle({ afterMs: 0 }).catch((error) => log.warn({ reason: reason(error) }, "sleep failed"));
    await peers.read(); // Others may be leaving too.
    const { actors } = host;
    let room = peers.others.reduce((sum, { weight }) => sum + weight, 0);
    if (overfill && peers.others.length > 0) room = actors.length;
    const work = async () => {
      while (room >= 1 && clock.monoMs() < untilMonoMs) {
        room--;
        const actor = actors.shift();
        if (!actor) return;
        await host.handOver(actor, (epoch) => this.#placeElsewhere(actor, epoch));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** One that this node cannot serve. It stays when no other has room. */
  async handElsewhere(actor: ActorId): Promise<void> {
    const { host, peers } = this.options;
    const give = async () => {
      await peers.read();
      if (!peers.others.some(({ weight }) => weight >= 1)) return;
      await host.handOver(actor, (epoch) => this.#placeElsewhere(actor, epoch));
    };
    // A whole nginx that cannot be reached concerns all its channels at once.
    const lane = this.#nextLane++ % PARALLEL;
    const given = this.#lanes[lane]!.then(give);
    this.#lanes[lane] = given.catch(() => {}); // Whoever asked hears it.
    await given;
  }

  /** Asks one node after the other, best first; what is on its way is taken in somewhere, even when all have become full. True: somebody has it. */
  async #placeElsewhere({ kind, key }: ActorId, epoch: number): Promise<boolean> {
    const { peers, actors, activateAt } = this.options;
    for (const overfill of [false, true])
      for (const { id } of ranked(key, peers.others)) {
        const answer = await activateAt(id, { kind, key }, overfill);
        if (answer?.ok) return true;
        if (answer && answer.code !== "moved") continue; // Full, or leaving too.
        const row = await actors.look({ kind, key });
        if (row && row.epoch > epoch) return true;
      }
    return false;
  }
}
