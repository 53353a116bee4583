// The other nodes as this one sees them: who lives, how much room they have, and who was just found dead.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Bus } from "../bus/bus.ts";
import type { NodeRow, NodeStore } from "../store/store.ts";
import { type Judge, SILENT_MS } from "./judge.ts";
import type { Candidate } from "./rendezvous.ts";

interface PeersOptions {
  incarnation: string;
  nodes: NodeStore;
  judge: Judge;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** This node's own room, fresher than its row. */
  freeSlots(): number;
}

export class Peers {
  #living: NodeRow[] = [];
  /** Judged dead by pings; `seen_at` will agree in a few seconds. */
  readonly #dead = new Set<string>();

  constructor(private readonly options: PeersOptions) {}

  isDead(incarnation: string) {
    return this.#dead.has(incarnation);
  }

  get dead(): string[] {
    return [...this.#dead];
  }

  /** Those who may take an actor, this node among them. */
  get candidates(): Candidate[] {
    const { incarnation, freeSlots } = this.options;
    return [{ id: incarnation, weight: freeSlots() }, ...this.others];
  }

  /** Those who may take an actor in place of this node. */
  get others(): Candidate[] {
    return this.#living
      .filter(({ incarnation, draining }) => incarnation !== this.options.incarnation && !draining)
      .filter(({ incarnation }) => !this.isDead(incarnation))
      .map(({ incarnation: id, slots, used }) => ({ id, weight: Math.max(0, slots - used) }));
  }

  /** Reads who lives, and judges nobody. */
  async read(): Promise<boolean> {
    const living = await this.options.nodes.living(SILENT_MS).catch(() => null);
    if (living) this.#living = living;
    return living !== null;
  }

  /** Looks at everybody once. A killed node is known within about a second: nobody answers for it. True: somebody was found dead. */
  async look(): Promise<boolean> {
    const { judge, incarnation, log } = this.options;
    if (!judge.settled || !(await this.read())) return false;
    const living = this.#living;
    for (const dead of this.#dead) if (!living.some((node) => node.incarnation === dead)) this.#dead.delete(dead);
    let found = false;
    await Promise.all(
      living.map(async (node) => {
        if (node.incarnation === incarnation) return;
        if (!(await judge.hasNoResponders(node.incarnation))) return void this.#dead.delete(node.incarnation);
        if (this.isDead(node.incarnation)) return;
        if (!(await judge.isDead(node.incarnation).catch(() => false))) return;
        log.warn({ peer: node.name, incarnation: node.incarnation }, "node is dead");
        this.#dead.add(node.incarnation);
        found = true;
      }),
    );
    return found;
  }
}
