// The store in memory, for tests: same rules as the statements in PostgreSQL, and faults on demand.

import type { Clock } from "../base/clock.ts";
import {
  type ActorRow,
  type ActorStore,
  type AnsweredCall,
  type NodeRow,
  type NodeStore,
  type Store,
  StoreAway,
} from "./store.ts";

interface Row extends ActorRow {
  state: unknown;
  answered: AnsweredCall[];
  wakeAtMs: number | null;
  savedAtMs: number;
}

interface Node extends Omit<NodeRow, "silentMs" | "seenAt"> {
  seenAtMs: number;
  beats: number;
}

const copy = <T>(value: T): T => structuredClone(value);

/** How a statement fails: `before` it took effect, or `after` (commit unknown). */
export type Fault = "before" | "after";

export class MemoryStore implements Store {
  readonly rows = new Map<string, Row>();
  readonly living = new Map<string, Node>();
  /** Called before each statement. */
  fault: (statement: string) => Fault | Error | undefined = () => undefined;
  /** Every accepted write, in order; tests check invariant I1 on it. */
  readonly writes: { kind: string; key: string; epoch: number; version: number }[] = [];

  constructor(private readonly clock: Clock) {}

  /** One statement: one turn of the promise queue, then an atomic step. */
  async #run<T>(statement: string, work: () => T): Promise<T> {
    await Promise.resolve();
    const fault = this.fault(statement);
    if (fault instanceof Error) throw fault;
    if (fault === "before") throw new StoreAway(statement);
    const result = copy(work());
    await Promise.resolve();
    if (fault === "after") throw new StoreAway(statement);
    return result;
  }

  readonly actors: ActorStore = {
    claim: (id, { node, believedEpoch, dead }) =>
      this.#run("claim", () => {
        const at = `${id.kind}/${id.key}`;
        const row = this.rows.get(at);
        if (row && row.epoch !== believedEpoch) return null;
        const owner = dead?.seenAt ? this.#nodeRow(this.living.get(dead.incarnation)) : null;
        if (row && owner && !owner.left && owner.seenAt !== dead?.seenAt) return null;
        const nowMs = this.clock.wallMs();
        const claimed: Row = row
          ? { ...row, epoch: row.epoch + 1, node }
          : { ...id, epoch: 1, version: 0, node, state: null, answered: [], wakeAtMs: null, savedAtMs: nowMs };
        this.rows.set(at, claimed);
        const { epoch, version, state, answered } = claimed;
        return { epoch, version, state, answered, sinceSavedMs: nowMs - claimed.savedAtMs };
      }),
    save: ({ kind, key, epoch, version, state, answered, wakeAtMs }) =>
      this.#run("save", () => {
        const row = this.rows.get(`${kind}/${key}`);
        if (row?.epoch !== epoch) return "fenced" as const;
        if (row.version >= version) return "saved" as const;
        Object.assign(row, { version, state: copy(state), answered: copy(answered), wakeAtMs });
        row.savedAtMs = this.clock.wallMs();
        this.writes.push({ kind, key, epoch, version });
        return "saved" as const;
      }),
    release: (id, { epoch, version }) =>
      this.#run("release", () => {
        const row = this.rows.get(`${id.kind}/${id.key}`);
        if (row?.epoch !== epoch || row.version !== version) return false;
        row.node = null;
        return true;
      }),
    look: (id) => this.#run("look", () => this.rows.get(`${id.kind}/${id.key}`) ?? null),
    ownedBy: (node) =>
      this.#run("ownedBy", () => ({
        rows: [...this.rows.values()].filter((row) => row.node === node),
        nowMs: this.clock.wallMs(),
        anyDue: [...this.rows.values()].some(({ wakeAtMs }) => wakeAtMs !== null && wakeAtMs <= this.clock.wallMs()),
      })),
    due: ({ node, deadNodes, silentMs, limit }) =>
      this.#run("due", () => {
        const dead = (name: string) => {
          const owner = this.living.get(name);
          return deadNodes.includes(name) || !owner || owner.left || this.clock.wallMs() - owner.seenAtMs > silentMs;
        };
        return [...this.rows.values()]
          .filter((row) => row.wakeAtMs !== null && row.wakeAtMs <= this.clock.wallMs())
          .filter((row) => row.node === null || row.node === node || dead(row.node))
          .sort((a, b) => Number(a.node === node) - Number(b.node === node))
          .slice(0, limit)
          .map((row) => {
            const owner = this.#nodeRow(this.living.get(row.node ?? ""));
            return { ...row, nodeSeenAt: owner && !owner.left ? owner.seenAt : null };
          });
      }),
  };

  readonly prepare = () => {};

  readonly nodes: NodeStore = {
    join: ({ incarnation, name, address, slots }) =>
      this.#run("join", () => {
        const seenAtMs = this.clock.wallMs();
        this.living.set(incarnation, {
          incarnation,
          name,
          address,
          slots,
          used: 0,
          draining: false,
          left: false,
          seenAtMs,
          beats: this.living.get(incarnation)?.beats ?? 0,
        });
      }),
    beat: (incarnation, { used, silentMs }) =>
      this.#run("beat", () => {
        const node = this.living.get(incarnation);
        if (!node || node.left) return null;
        Object.assign(node, { used, seenAtMs: this.clock.wallMs(), beats: node.beats + 1 });
        return { draining: node.draining, beats: node.beats, living: this.#livingRows(silentMs) };
      }),
    drain: (incarnation) =>
      this.#run("drain", () => {
        const node = this.living.get(incarnation);
        if (node) node.draining = true;
      }),
    leave: (incarnation) =>
      this.#run("leave", () => {
        const node = this.living.get(incarnation);
        if (node) node.left = true;
      }),
    look: (incarnation) => this.#run("lookNode", () => this.#nodeRow(this.living.get(incarnation))),
    living: (silentMs) => this.#run("living", () => this.#livingRows(silentMs)),
    sweep: (silentMs) =>
      this.#run("sweep", () => {
        for (const node of this.living.values())
          if (this.clock.wallMs() - node.seenAtMs > silentMs) this.living.delete(node.incarnation);
      }),
  };

  #livingRows(silentMs: number): NodeRow[] {
    return [...this.living.values()]
      .map((node) => this.#nodeRow(node)!)
      .filter((node) => !node.left && node.silentMs < silentMs);
  }

  #nodeRow(node: Node | undefined): NodeRow | null {
    if (!node) return null;
    const { seenAtMs, beats: _, ...rest } = node;
    return { ...rest, seenAt: String(seenAtMs), silentMs: this.clock.wallMs() - seenAtMs };
  }
}
