// Empties a draining node: hands running actors over to other nodes, a few at a time, and puts idle ones to sleep.

import type { Clock } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import type { ActorId, ActorStore } from "../store/store.ts";
import type { Host } from "./host.ts";
import type { LivingNodes } from "./living-nodes.ts";
import { ranked } from "./rendezvous.ts";

export interface DrainOptions {
  incarnation: string;
  host: Host;
  livingNodes: LivingNodes;
  actors: ActorStore;
  clock: Clock;
  log: Log;
  /** Asks a node to take an actor; `overfill`: even without a free slot. Null: no answer, so the node may or may not have taken it. */
  activateAt(
    node: string,
    actor: ActorId,
    overfill: boolean,
  ): Promise<{ ok: true } | { ok: false; code: string } | null>;
}

interface GiveAwayOptions {
  withinMs: number;
  /** Also uses nodes that are full. Otherwise an actor that finds no room stays here until the next call. */
  overfill: boolean;
}

/** Concurrent hand-overs. Each makes another node start an FFmpeg process. */
const PARALLEL = 4;

export class Drain {
  #giving: Promise<void> | null = null;
  /** Queues for hand-overs of single actors, so that at most `PARALLEL` run at once. */
  readonly #lanes: Promise<unknown>[] = Array.from({ length: PARALLEL }, () => Promise.resolve());
  #nextLane = 0;

  constructor(private readonly options: DrainOptions) {}

  /** Tries to hand each actor over once. Resolves when all were tried or `withinMs` have passed. */
  async giveAway(options: GiveAwayOptions): Promise<void> {
    await this.#giving;
    this.#giving = this.#giveAway(options).finally(() => {
      this.#giving = null;
    });
    await this.#giving;
  }

  async #giveAway({ withinMs, overfill }: GiveAwayOptions) {
    const { host, livingNodes, clock, log } = this.options;
    const untilMonoMs = clock.monoMs() + withinMs;
    await host.sleepIdle({ afterMs: 0 }).catch((error) => log.warn({ reason: reason(error) }, "sleep failed"));
    await livingNodes.refresh(); // Other nodes may be leaving too.
    const { actors } = host;
    let room = livingNodes.others.reduce((sum, { weight }) => sum + weight, 0);
    if (overfill && livingNodes.others.length > 0) room = actors.length;
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

  /** Hands over one actor that this node cannot serve. The actor stays when no other node has room. */
  async handElsewhere(actor: ActorId): Promise<void> {
    const { host, livingNodes } = this.options;
    const give = async () => {
      await livingNodes.refresh();
      if (!livingNodes.others.some(({ weight }) => weight >= 1)) return;
      await host.handOver(actor, (epoch) => this.#placeElsewhere(actor, epoch));
    };
    // When an nginx cannot be reached, all of its channels come here at once.
    const lane = this.#nextLane++ % PARALLEL;
    const given = this.#lanes[lane]!.then(give);
    this.#lanes[lane] = given.catch(() => {}); // The caller gets the error.
    await given;
  }

  /** Asks the nodes one after the other, best first, then again with `overfill`. True: another node has the actor. */
  async #placeElsewhere({ kind, key }: ActorId, epoch: number): Promise<boolean> {
    const { livingNodes, actors, activateAt } = this.options;
    for (const overfill of [false, true])
      for (const { id } of ranked(key, livingNodes.others)) {
        const answer = await activateAt(id, { kind, key }, overfill);
        if (answer?.ok) return true;
        if (answer && answer.code !== "moved") continue; // Full, or leaving too.
        const row = await actors.look({ kind, key });
        if (row && row.epoch > epoch) return true;
      }
    return false;
  }
}
