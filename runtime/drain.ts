// A node that is to be empty: gives its actors to other nodes while they run, a few at a time, and lets idle ones sleep.

import type { Clock } from "./clock.ts";
import type { Host } from "./host.ts";
import { type Log, reason } from "./log.ts";
import type { Peers } from "./peers.ts";
import { ranked } from "./rendezvous.ts";
import type { ActorId, ActorStore } from "./store.ts";

export interface DrainOptions {
  incarnation: string;
  host: Host;
  peers: Peers;
  actors: ActorStore;
  clock: Clock;
  log: Log;
  /** Asks a node to take an actor. Null: it does not answer, and may have taken it or not. */
  activateAt(node: string, actor: ActorId): Promise<{ ok: true } | { ok: false; code: string } | null>;
}

/** Given away at once: each costs the node that takes it an FFmpeg that starts. */
const PARALLEL = 4;

export class Drain {
  #giving: Promise<void> | null = null;

  constructor(private readonly options: DrainOptions) {}

  /** Tries each actor once. Resolves when that is done or `withinMs` have gone. */
  async giveAway({ withinMs }: { withinMs: number }): Promise<void> {
    this.#giving ??= this.#give(this.options.clock.monoMs() + withinMs).finally(() => {
      this.#giving = null;
    });
    await this.#giving;
  }

  async #give(untilMonoMs: number) {
    const { host, peers, clock, log } = this.options;
    await host.sleepIdle({ afterMs: 0 }).catch((error) => log.warn({ reason: reason(error) }, "sleep failed"));
    await peers.read(); // Others may be leaving too.
    const waiting = host.actors;
    const work = async () => {
      for (let next = waiting.shift(); next && clock.monoMs() < untilMonoMs; next = waiting.shift()) {
        if (peers.others.length === 0) return;
        const actor = next;
        await host.handOver(actor, (epoch) => this.#placeElsewhere(actor, epoch));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** Asks one node after the other, best first. True: somebody has it. */
  async #placeElsewhere({ kind, key }: ActorId, epoch: number): Promise<boolean> {
    const { peers, actors, activateAt } = this.options;
    for (const { id } of ranked(key, peers.others)) {
      const answer = await activateAt(id, { kind, key });
      if (answer?.ok) return true;
      if (answer && answer.code !== "moved") continue; // Full, or leaving too.
      const row = await actors.look({ kind, key });
      if (row && row.epoch > epoch) return true;
    }
    return false;
  }
}
