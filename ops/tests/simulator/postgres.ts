// A simulated PostgreSQL: row locks, statements that take time, atomic commits. Every accepted write is checked against I1 at once.

import { MemoryEvents } from "#actors/chat/log/memory-events.ts";
import { MemoryJudging } from "#actors/chat/log/memory-judging.ts";
import type { AnsweredCall, NodeRow } from "#runtime/store/store.ts";
import type { Sql } from "#schema/database.ts";
import type { StoredAct } from "#schema/queries/chat/acts.ts";
import type { StoredLine } from "#schema/queries/chat/entries.ts";

import { type Simulation, WALL_START_MS } from "./simulation.ts";
import type { VideoRows } from "./video-rows.ts";

export interface Row {
  kind: string;
  key: string;
  epoch: number;
  version: number;
  node: string | null;
  /** JSON. */
  state: string | null;
  answered: AnsweredCall[];
  wakeAtMs: number | null;
  savedAtMs: number;
}

export interface NodeEntry extends Omit<NodeRow, "silentMs" | "seenAt"> {
  seenAtMs: number;
  beats: number;
}

export interface Line extends StoredLine {
  epoch: number;
}

class RoomRows {
  readonly bySeq = new Map<number, Line>();
  readonly byId = new Map<string, Line>();
  readonly byNonce = new Map<string, Line>();
  /** Of moderators, by `seq`. */
  readonly acts = new Map<number, StoredAct>();
  readonly judging = new MemoryJudging();
  headSeq = 0;
}

export type Failure = "timeout" | "terminated" | "lock";

export interface Statement {
  name: string;
  /** Incarnation of the node that sent the statement. */
  node: string;
  /** The row it locks: `share` for fenced inserts, `update` for writes to the row itself. */
  lock?: { at: string; mode: "share" | "update"; timeoutMs?: number };
  /** Runs when the statement takes its snapshot, before it waits for its lock. */
  begin?(): void;
  /** Runs at the commit. */
  commit(): unknown;
  done(outcome: { value: unknown } | { failure: Failure }): void;
  /** The same statement as it ships, for a run on a real server (real-postgres.ts). */
  query?(sql: Sql): Promise<unknown>;
}

export interface Running extends Statement {
  over: boolean;
  holds: boolean;
  /** As the server's `now()`, which is the start of the statement. */
  startedMs: number;
}

interface Lock {
  holders: Set<Running>;
  waiting: Running[];
}

const STATEMENT_TIMEOUT_MS = 5_000;
const EXECUTION_MS = [0.05, 0.6] as const;

/** Rules that a mutation removes from the statements. */
export interface Broken {
  epochCheck?: boolean;
  versionCheck?: boolean;
  claimCompare?: boolean;
  /** Reads the head of the room in the claim's own snapshot. */
  headInClaim?: boolean;
  /** A claim from a node that was found dead counts although the node is back. */
  deadAtClaim?: boolean;
  /** A segment of an owner counts although an owner that came later has its number. */
  recordedNumbers?: boolean;
}

export class SimPostgres {
  readonly rows = new Map<string, Row>();
  readonly nodes = new Map<string, NodeEntry>();
  readonly rooms = new Map<string, RoomRows>();
  /** In rooms, beside their lines. */
  readonly going = new MemoryEvents();
  /** By broadcast. */
  readonly videos = new Map<string, VideoRows>();
  /** `refuses`: connections are refused; `hangs`: statements are lost without an answer. */
  away: "refuses" | "hangs" | null = null;
  /** By node: how long its next locking statement stalls while it holds the lock. */
  readonly stalls = new Map<string, { ms: number; onHold(): void }>();
  /** After a fail-over to a server whose clock is ahead. */
  aheadMs = 0;
  /** Share of locking statements that stall for a while. */
  slow = 0;
  /** Called when an actor is claimed from a node that had not given it away. `at`: kind and key. */
  onTakeover: (from: string, at: string) => void = () => {};
  /** Highest epoch claimed, by actor. */
  readonly #claimed = new Map<string, number>();
  /** Highest version accepted, by actor and epoch. */
  readonly #versions = new Map<string, number>();
  #statementMs: number | null = null;
  readonly #locks = new Map<string, Lock>();
  readonly #running = new Set<Running>();

  constructor(
    readonly sim: Simulation,
    readonly broken: Broken,
  ) {}

  /** The server's clock; within a statement, its start. */
  get nowMs() {
    return this.#statementMs ?? WALL_START_MS + this.sim.nowMs + this.aheadMs;
  }

  room(channelId: string): RoomRows {
    const room = this.rooms.get(channelId) ?? new RoomRows();
    this.rooms.set(channelId, room);
    return room;
  }

  run(statement: Statement) {
    const running: Running = { ...statement, over: false, holds: false, startedMs: this.nowMs };
    this.#running.add(running);
    statement.begin?.();
    this.started(running);
    if (!statement.lock) {
      // It reads its snapshot, which is of its start.
      const value = this.#valueOf(running);
      return void this.sim.after(this.#executionMs(), () => this.#commit(running, value));
    }
    const { at, timeoutMs = STATEMENT_TIMEOUT_MS } = statement.lock;
    const lock: Lock = this.#locks.get(at) ?? { holders: new Set(), waiting: [] };
    this.#locks.set(at, lock);
    lock.waiting.push(running);
    this.#grant(at, lock);
    if (!running.holds) {
      this.sim.count("statements that waited for a lock");
      this.sim.after(
        timeoutMs,
        () => running.holds || this.#fail(running, timeoutMs < STATEMENT_TIMEOUT_MS ? "lock" : "timeout"),
      );
    }
  }

  /** Ends the running statements of a node. */
  terminate(node: string) {
    for (const running of [...this.#running])
      if (running.node === node) {
        this.sim.count("statements terminated");
        this.#fail(running, "terminated");
      }
  }

  /** The server restarts: uncommitted statements fail. */
  terminateAll() {
    for (const running of [...this.#running]) this.#fail(running, "terminated");
  }

  /** For real-postgres.ts. */
  protected started(_running: Running) {}
  protected ended(_running: Running, _outcome: { value: unknown } | { failure: Failure }) {}

  #executionMs() {
    return this.sim.between(...EXECUTION_MS);
  }

  #grant(at: string, lock: Lock) {
    // A share of a row that is shared goes past a statement that waits to write it.
    for (const next of [...lock.waiting]) {
      const free =
        lock.holders.size === 0 ||
        (next.lock!.mode === "share" && [...lock.holders].every((holder) => holder.lock!.mode === "share"));
      if (!free) continue;
      lock.waiting.splice(lock.waiting.indexOf(next), 1);
      lock.holders.add(next);
      next.holds = true;
      this.#hold(next);
    }
    if (lock.holders.size === 0) this.#locks.delete(at);
  }

  #hold(running: Running) {
    let ms = this.#executionMs();
    const stall = running.name === "claim" ? undefined : this.stalls.get(running.node);
    if (stall) {
      this.stalls.delete(running.node);
      this.sim.count("statements that stood still inside");
      ms += stall.ms;
      stall.onHold();
    } else if (this.slow > 0 && this.sim.chance(this.slow)) ms += this.sim.between(50, 3_000);
    if (ms >= STATEMENT_TIMEOUT_MS) this.sim.after(STATEMENT_TIMEOUT_MS, () => this.#fail(running, "timeout"));
    else this.sim.after(ms, () => this.#commit(running));
  }

  #valueOf(running: Running): unknown {
    this.#statementMs = running.startedMs;
    try {
      return running.commit();
    } finally {
      this.#statementMs = null;
    }
  }

  #commit(running: Running, known?: unknown) {
    if (running.over) return;
    const value = running.lock ? this.#valueOf(running) : known;
    this.ended(running, { value });
    this.#end(running);
    running.done({ value });
  }

  #fail(running: Running, failure: Failure) {
    if (running.over) return;
    this.ended(running, { failure });
    this.#end(running);
    running.done({ failure });
  }

  #end(running: Running) {
    running.over = true;
    this.#running.delete(running);
    if (!running.lock) return;
    const lock = this.#locks.get(running.lock.at);
    if (!lock) return;
    lock.holders.delete(running);
    const place = lock.waiting.indexOf(running);
    if (place >= 0) lock.waiting.splice(place, 1);
    this.#grant(running.lock.at, lock);
  }

  // ---- I1 ----

  takenOver(at: string, from: string) {
    this.sim.count("takeovers");
    this.onTakeover(from, at);
  }

  noteClaim(at: string, epoch: number, node: string) {
    const highest = this.#claimed.get(at) ?? 0;
    this.sim.trace(`claim ${at} epoch ${epoch} by ${node.slice(-4)}`);
    if (epoch <= highest) this.sim.violation(`I1: epoch ${epoch} of ${at} was claimed after epoch ${highest}`);
    this.#claimed.set(at, Math.max(highest, epoch));
  }

  noteWrite(at: string, epoch: number, what: string) {
    const highest = this.#claimed.get(at) ?? 0;
    if (epoch < highest)
      this.sim.violation(`I1: ${what} of epoch ${epoch} landed at ${at} after epoch ${highest} was claimed`);
  }

  noteSave(at: string, epoch: number, version: number) {
    this.sim.trace(`save ${at} ${epoch}/${version}`);
    this.noteWrite(at, epoch, `version ${version}`);
    const highest = this.#versions.get(`${at} ${epoch}`) ?? -1;
    if (version < highest) this.sim.violation(`I1: version ${version} of ${at} landed after version ${highest}`);
    this.#versions.set(`${at} ${epoch}`, Math.max(version, highest));
  }
}
