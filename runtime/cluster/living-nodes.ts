// The living nodes as this node sees them: their free slots, and nodes just found dead.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Bus } from "../bus/bus.ts";
import type { NodeRow, NodeStore } from "../store/store.ts";
import { type DeadNode, type Judge, SILENT_MS } from "./judge.ts";
import type { WatchPeer } from "./peers.ts";
import type { Candidate } from "./rendezvous.ts";

interface LivingNodesOptions {
  incarnation: string;
  nodes: NodeStore;
  judge: Judge;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Free slots of this node, fresher than its row. */
  freeSlots(): number;
  /** Absent: only pings tell. */
  watchPeer?: WatchPeer | undefined;
  /** The process of a node has ended. `findDead` tells of all others. */
  onDead(): void;
}

/** Connections to other nodes; the nodes beyond are pinged alone. */
const WATCHED_MAX = 64;

export class LivingNodes {
  #living: NodeRow[] = [];
  /** Nodes judged dead by pings; the age of `seen_at` confirms it a few seconds later. */
  readonly #dead = new Map<string, DeadNode>();
  /** By incarnation: how to stop watching its process. */
  readonly #watched = new Map<string, () => void>();

  constructor(private readonly options: LivingNodesOptions) {}

  /** Null: the node was not found dead, or has answered since. */
  found(incarnation: string): DeadNode | null {
    return this.#dead.get(incarnation) ?? null;
  }

  /** Of now, by incarnation. */
  get verdicts(): ReadonlyMap<string, DeadNode> {
    return new Map(this.#dead);
  }

  /** Nodes that may take an actor, including this one. */
  get candidates(): Candidate[] {
    const { incarnation, freeSlots } = this.options;
    return [{ id: incarnation, weight: freeSlots() }, ...this.others];
  }

  /** Nodes that may take an actor in place of this node. */
  get others(): Candidate[] {
    return this.#living
      .filter(({ incarnation, draining }) => incarnation !== this.options.incarnation && !draining)
      .filter(({ incarnation }) => !this.#dead.has(incarnation))
      .map(({ incarnation: id, slots, used }) => ({ id, weight: Math.max(0, slots - used) }));
  }

  /** Reads the list of living nodes without judging any. False: the store is away. */
  async refresh(): Promise<boolean> {
    const living = await this.options.nodes.living(SILENT_MS).catch(() => null);
    if (living) this.#take(living);
    return living !== null;
  }

  /** Takes a new list of living nodes over. */
  listed(living: NodeRow[]) {
    this.#take(living);
    for (const dead of this.#dead.keys())
      if (!living.some((node) => node.incarnation === dead)) this.#dead.delete(dead);
  }

  /** Watches no process any more. */
  stop() {
    for (const stop of this.#watched.values()) stop();
    this.#watched.clear();
  }

  #take(living: NodeRow[]) {
    this.#living = living;
    const { incarnation: own, watchPeer } = this.options;
    if (!watchPeer) return;
    for (const [incarnation, stop] of this.#watched)
      if (!living.some((node) => node.incarnation === incarnation)) {
        stop();
        this.#watched.delete(incarnation);
      }
    for (const node of living) {
      if (node.incarnation === own || this.#watched.has(node.incarnation)) continue;
      if (this.#watched.size >= WATCHED_MAX) return;
      this.#watched.set(
        node.incarnation,
        watchPeer(node, () => void this.#ended(node)),
      );
    }
  }

  async #ended(node: NodeRow) {
    const dead = await this.options.judge.ended(node.incarnation).catch(() => null);
    // Pings tell, if it is dead, or have told.
    if (!dead || this.#dead.get(node.incarnation)?.seenAt === dead.seenAt) return;
    this.#foundDead(node, dead);
    this.options.onDead();
  }

  #foundDead({ incarnation, name }: NodeRow, dead: DeadNode) {
    this.options.log.warn({ peer: name, incarnation }, "node is dead");
    this.#dead.set(incarnation, dead);
  }

  /** Pings every other node of the list once and judges those that do not answer. True: a node was found dead. */
  async findDead(): Promise<boolean> {
    const { judge, incarnation } = this.options;
    if (!judge.settled) return false;
    const others = this.#living.filter((node) => node.incarnation !== incarnation);
    const unanswered: NodeRow[] = [];
    await Promise.all(
      others.map(async (node) => {
        const heard = await judge.ping(node.incarnation);
        if (heard === "answer") this.#dead.delete(node.incarnation);
        else if (heard !== "nothing known") unanswered.push(node);
      }),
    );
    judge.pinged({ nodes: others.length, unanswered: unanswered.length });
    let found = false;
    await Promise.all(
      unanswered.map(async (node) => {
        // A heartbeat on its way when the node died may land late: the verdict before it holds no longer.
        if (this.#dead.get(node.incarnation)?.seenAt === node.seenAt) return;
        const dead = await judge.judge(node.incarnation).catch(() => null);
        if (!dead) return;
        // The list may be a second old: only a newer heartbeat makes the node be judged again.
        node.seenAt = dead.seenAt ?? node.seenAt;
        this.#foundDead(node, dead);
        found = true;
      }),
    );
    return found;
  }
}
