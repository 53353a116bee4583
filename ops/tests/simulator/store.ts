// A node's connection to the simulated PostgreSQL: the statements of schema/queries, over a network that delays, cuts and loses them.

import type { ChatStore } from "#actors/chat/log/store.ts";
import {
  type ActorRow,
  type ActorStore,
  type Claim,
  type DueRow,
  type NodeRow,
  type NodeStore,
  type Store,
  StoreAway,
} from "#runtime/store/store.ts";
import type { RoomRules, StoredAct } from "#schema/queries/chat/acts.ts";
import type { StoredAllow } from "#schema/queries/chat/asides.ts";
import {
  headSeq,
  type InsertOutcome,
  insertLines,
  type LineBatch,
  linesByNonce,
  type NoncedLine,
  readBackLines,
  type StoredLine,
} from "#schema/queries/chat/entries.ts";
import {
  actorsOwnedBy,
  claimActor,
  dueActors,
  findActor,
  releaseActor,
  saveActor,
} from "#schema/queries/cluster/actors.ts";
import { beatNode, drainNode, findNode, insertNode, leaveNode, livingNodes } from "#schema/queries/cluster/nodes.ts";
import type { Entry } from "#schema/wire/room.ts";
import type { RecordingRows } from "#transcoding/recorder/rows.ts";
import type { Line, NodeEntry, Row, SimPostgres, Statement } from "./postgres.ts";
import { simulatedRows } from "./recordings.ts";
import type { Process, Simulation } from "./simulation.ts";

/** Same values as in runtime/store/store-postgres.ts. */
const ANSWER_MS = 6_000;
const HEARTBEAT_MS = 2_000;
const CLAIM_LOCK_MS = 1_000;
const LATENCY_MS = [0.15, 0.8] as const;

class LockNotAvailable extends Error {}

type Order = Pick<Statement, "name" | "lock" | "begin" | "commit" | "query">;

export class SimStore implements Store {
  /** Shares of statements that fail before or after their commit. */
  faults = { before: 0, after: 0 };
  /** Statements, by name, that fail each time: without effect, or after their commit. */
  readonly failing = new Set<string>();
  readonly unknown = new Set<string>();
  slowMs = 0;
  #cutUp = false;
  #cutDown = false;
  #stuckUp: (() => void)[] = [];
  #stuckDown: (() => void)[] = [];
  readonly #sim: Simulation;
  /** For the mutation `headInClaim`: the head of each room as this node's claim saw it. */
  readonly #headAtClaim = new Map<string, number>();

  constructor(
    private readonly database: SimPostgres,
    private readonly process: Process,
    private readonly incarnation: string,
  ) {
    this.#sim = database.sim;
    this.recordings = simulatedRows(database, (order) => this.#ask(order));
  }

  /** Cuts the connection. Statements and answers sent into the cut arrive when it ends, or never. */
  cut(direction: "up" | "down" | "both", ms: number) {
    if (direction !== "down") this.#cutUp = true;
    if (direction !== "up") this.#cutDown = true;
    this.#sim.after(ms, () => this.mend());
  }

  /** Ends every cut. Each statement has a connection of its own, so that a later one may arrive first. */
  mend() {
    this.#cutUp = this.#cutDown = false;
    const lost = this.#sim.chance(0.3);
    const stuck = [...this.#stuckUp.splice(0), ...this.#stuckDown.splice(0)];
    if (!lost) for (const arrive of stuck) this.#sim.after(this.#sim.between(0, 300), arrive);
  }

  async #ask<T>(order: Order, ms = ANSWER_MS): Promise<T> {
    try {
      return (await this.#send(order, ms)) as T;
    } catch (error) {
      throw error instanceof LockNotAvailable ? new StoreAway("lock not available") : error;
    }
  }

  #send(order: Order, answerMs: number): Promise<unknown> {
    const { database, process } = this;
    const sim = this.#sim;
    return new Promise((resolve, reject) => {
      const { before, after } = this.faults;
      const roll = before + after > 0 ? sim.random.next() : 1;
      const late = sim.after(answerMs, () => reject(new StoreAway(`no answer to ${order.name}`)), process);
      const answer = (settle: () => void) =>
        this.#travel("down", () =>
          sim.after(
            0,
            () => {
              late.run = null;
              settle();
            },
            process,
            true,
          ),
        );
      const fails = () => answer(() => reject(new StoreAway(`${order.name} failed`)));
      if (roll < before || this.failing.has(order.name)) return fails();
      this.#travel("up", () => {
        if (database.away === "refuses") return fails();
        if (database.away === "hangs") return;
        database.run({
          ...order,
          node: this.incarnation,
          done: (outcome) => {
            if ("failure" in outcome)
              return answer(() =>
                reject(outcome.failure === "lock" ? new LockNotAvailable() : new StoreAway(outcome.failure)),
              );
            if (roll < before + after || this.unknown.has(order.name)) {
              if (order.lock) sim.count("unknown commits");
              return fails();
            }
            answer(() => resolve(outcome.value));
          },
        });
      });
    });
  }

  #travel(direction: "up" | "down", arrive: () => void) {
    const sim = this.#sim;
    const come = () => {
      if (direction === "up" ? this.#cutUp : this.#cutDown)
        (direction === "up" ? this.#stuckUp : this.#stuckDown).push(come);
      else arrive();
    };
    sim.after(sim.between(...LATENCY_MS) + this.slowMs, come);
  }

  // ---- actors ----

  readonly actors: ActorStore = {
    claim: async (id, claimed) => {
      const at = `${id.kind}/${id.key}`;
      const claim = () => this.#send(this.#claim(at, id, claimed), ANSWER_MS);
      type Outcome = Awaited<ReturnType<ActorStore["claim"]>>;
      try {
        return (await claim()) as Outcome;
      } catch (error) {
        if (!(error instanceof LockNotAvailable)) throw error;
        const { dead } = claimed;
        if (!dead) throw new StoreAway("lock not available");
        await this.#ask({ name: "endStatements", commit: () => this.database.terminate(dead.incarnation) });
        return this.#ask<Outcome>(this.#claim(at, id, claimed));
      }
    },
    save: async (save) => {
      const { kind, key, epoch, version, wakeAtMs, answered } = save;
      const at = `${kind}/${key}`;
      const state = JSON.stringify(save.state);
      const { rows, broken } = this.database;
      const written = await this.#ask<boolean>({
        name: "save",
        query: (sql) => saveActor(sql, save),
        lock: { at, mode: "update" },
        commit: () => {
          const row = rows.get(at);
          if (!row || (row.epoch !== epoch && !broken.epochCheck)) {
            this.#sim.count("fenced saves");
            return false;
          }
          if (row.version >= version && !broken.versionCheck) return false;
          this.database.noteSave(at, epoch, version);
          Object.assign(row, { version, state, answered, wakeAtMs, savedAtMs: this.database.nowMs });
          return true;
        },
      });
      if (written) return "saved";
      const row = await this.#ask<Row | null>({
        name: "readSaved",
        query: (sql) => findActor(sql, save),
        commit: () => copyOf(rows.get(at)),
      });
      if (row && broken.epochCheck) return "saved";
      return row && row.epoch === epoch && row.version >= version ? "saved" : "fenced";
    },
    release: (id, { epoch, version }) => {
      const at = `${id.kind}/${id.key}`;
      return this.#ask<boolean>({
        name: "release",
        query: (sql) => releaseActor(sql, { ...id, epoch, version }),
        lock: { at, mode: "update" },
        commit: () => {
          const row = this.database.rows.get(at);
          if (row?.epoch !== epoch || row.version !== version) return false;
          this.database.noteWrite(at, epoch, "release");
          row.node = null;
          return true;
        },
      });
    },
    look: (id) =>
      this.#ask<ActorRow | null>({
        name: "look",
        query: (sql) => findActor(sql, id),
        commit: () => copyOf(this.database.rows.get(`${id.kind}/${id.key}`)),
      }),
    ownedBy: (node) =>
      this.#ask(
        {
          name: "ownedBy",
          query: (sql) => actorsOwnedBy(sql, node),
          commit: () => {
            const { nowMs } = this.database;
            const rows: ActorRow[] = [];
            let anyDue = false;
            for (const row of this.database.rows.values()) {
              if (row.node === node) rows.push({ ...row });
              anyDue ||= row.wakeAtMs !== null && row.wakeAtMs <= nowMs;
            }
            return { rows, nowMs, anyDue };
          },
        },
        HEARTBEAT_MS,
      ),
    due: ({ node, deadNodes, silentMs, limit }) =>
      this.#ask(
        {
          name: "due",
          query: (sql) => dueActors(sql, { node, deadNodes, silentMs, limit }),
          commit: () => {
            const { rows, nodes, nowMs } = this.database;
            const due: DueRow[] = [];
            for (const row of rows.values()) {
              if (row.wakeAtMs === null || row.wakeAtMs > nowMs) continue;
              const owner = row.node === null ? undefined : nodes.get(row.node);
              const orphan =
                !owner || owner.left || nowMs - owner.seenAtMs > silentMs || deadNodes.includes(row.node ?? "");
              const nodeSeenAt = owner && !owner.left ? String(owner.seenAtMs) : null;
              if (orphan || row.node === node) due.push({ ...row, nodeSeenAt });
            }
            return due.slice(0, limit);
          },
        },
        HEARTBEAT_MS,
      ),
  };

  #claim(at: string, id: { kind: string; key: string }, { node, believedEpoch, dead }: Claim): Order {
    const { rows, broken } = this.database;
    return {
      name: "claim",
      query: (sql) => claimActor(sql, { ...id, node, believedEpoch, dead }),
      lock: { at, mode: "update", timeoutMs: CLAIM_LOCK_MS },
      begin: () => {
        if (broken.headInClaim) this.#headAtClaim.set(id.key, this.database.room(id.key).headSeq);
      },
      commit: () => {
        const { nowMs } = this.database;
        const row = rows.get(at);
        if (row && row.epoch !== believedEpoch && !broken.claimCompare) {
          this.#sim.count("claims that lost");
          return null;
        }
        const owner = dead?.seenAt ? this.#nodeRow(this.database.nodes.get(dead.incarnation)) : null;
        if (row && owner && !owner.left && owner.seenAt !== dead?.seenAt && !broken.deadAtClaim) {
          this.#sim.count("claims from the living");
          return null;
        }
        if (row?.node && row.node !== node) this.database.takenOver(at, row.node);
        const claimed: Row = row
          ? { ...row, epoch: believedEpoch + 1, node }
          : { ...id, epoch: 1, version: 0, node, state: null, answered: [], wakeAtMs: null, savedAtMs: nowMs };
        rows.set(at, claimed);
        const { epoch, version, state, answered, savedAtMs } = claimed;
        this.database.noteClaim(at, epoch, node);
        return { epoch, version, answered, state: state && JSON.parse(state), sinceSavedMs: nowMs - savedAtMs };
      },
    };
  }

  // ---- nodes ----

  readonly prepare = () => {};

  readonly nodes: NodeStore = {
    join: (node) =>
      this.#ask<void>({
        name: "join",
        query: (sql) => insertNode(sql, node),
        commit: () => {
          const { nodes, nowMs } = this.database;
          const beats = nodes.get(node.incarnation)?.beats ?? 0;
          nodes.set(node.incarnation, { ...node, used: 0, draining: false, left: false, seenAtMs: nowMs, beats });
        },
      }),
    beat: (incarnation, { used, silentMs }) =>
      this.#ask<{ draining: boolean; beats: number; living: NodeRow[] } | null>(
        {
          name: "beat",
          query: (sql) => beatNode(sql, { incarnation, used, silentMs }),
          commit: () => {
            const node = this.database.nodes.get(incarnation);
            if (!node || node.left) return null;
            node.used = used;
            node.seenAtMs = this.database.nowMs;
            node.beats++;
            return { draining: node.draining, beats: node.beats, living: this.#livingRows(silentMs) };
          },
        },
        HEARTBEAT_MS,
      ),
    drain: (incarnation) =>
      this.#ask<void>({
        name: "drain",
        query: (sql) => drainNode(sql, incarnation),
        commit: () => {
          const node = this.database.nodes.get(incarnation);
          if (node) node.draining = true;
        },
      }),
    leave: (incarnation) =>
      this.#ask<void>({
        name: "leave",
        query: (sql) => leaveNode(sql, incarnation),
        commit: () => {
          const node = this.database.nodes.get(incarnation);
          if (node) node.left = true;
        },
      }),
    look: (incarnation) =>
      this.#ask<NodeRow | null>({
        name: "lookNode",
        query: (sql) => findNode(sql, incarnation),
        commit: () => this.#nodeRow(this.database.nodes.get(incarnation)),
      }),
    living: (silentMs) =>
      this.#ask<NodeRow[]>(
        {
          name: "living",
          query: (sql) => livingNodes(sql, silentMs),
          commit: () => this.#livingRows(silentMs),
        },
        HEARTBEAT_MS,
      ),
    sweep: () => this.#ask<void>({ name: "sweep", commit: () => {} }),
  };

  #livingRows(silentMs: number): NodeRow[] {
    const living: NodeRow[] = [];
    for (const node of this.database.nodes.values())
      if (!node.left && this.database.nowMs - node.seenAtMs < silentMs) living.push(this.#nodeRow(node)!);
    return living;
  }

  #nodeRow(node: NodeEntry | undefined): NodeRow | null {
    if (!node) return null;
    const { seenAtMs, beats: _, ...rest } = node;
    return { ...rest, seenAt: String(seenAtMs), silentMs: this.database.nowMs - seenAtMs };
  }

  /** A fenced write whose content the simulation ignores. True: written. */
  fencedWrite(channelId: string, epoch: number): Promise<boolean> {
    const at = `channel/${channelId}`;
    return this.#ask<boolean>({
      name: "fencedWrite",
      lock: { at, mode: "share" },
      commit: () => this.#owns(at, epoch, "directory row"),
    });
  }

  #owns(at: string, epoch: number, what: string): boolean {
    const owned = this.database.rows.get(at)?.epoch === epoch || this.database.broken.epochCheck === true;
    if (owned) this.database.noteWrite(at, epoch, what);
    else this.#sim.count("fenced inserts");
    return owned;
  }

  readonly recordings: RecordingRows;

  // ---- chat ----

  readonly chat: ChatStore = {
    insert: (batch) =>
      this.#ask<InsertOutcome>({
        name: "insert",
        query: (sql) => insertLines(sql, batch),
        lock: { at: `channel/${batch.channelId}`, mode: "share" },
        commit: () => this.#insert(batch),
      }),
    // Not asked of a real server: the rows of people and channels that its tables refer to are not simulated. So there nobody moderates.
    act: (act) =>
      this.#ask<InsertOutcome>({
        name: "act",
        lock: { at: `channel/${act.channelId}`, mode: "share" },
        commit: () => this.#act(act),
      }),
    aside: (aside) =>
      this.#ask<boolean>({
        name: "aside",
        lock: { at: `channel/${aside.channelId}`, mode: "share" },
        commit: () => {
          const owned = this.#owns(`channel/${aside.channelId}`, aside.epoch, "aside");
          if (owned) this.database.room(aside.channelId).judging.aside(aside);
          return owned;
        },
      }),
    hold: ({ channelId, epoch, lines }) =>
      this.#ask<boolean>({
        name: "hold",
        lock: { at: `channel/${channelId}`, mode: "share" },
        commit: () => {
          const owned = this.#owns(`channel/${channelId}`, epoch, "held line");
          if (owned) this.database.room(channelId).judging.hold(lines);
          return owned;
        },
      }),
    rules: (channelId) =>
      this.#ask<RoomRules>({
        name: "rules",
        commit: (): RoomRules => {
          const { judging } = this.database.room(channelId);
          const [bans, warned] = [this.#bans(channelId), [...judging.warned]];
          return { stored: null, bans, warned, judging: judging.rules() };
        },
      }),
    events: (channelId) => this.#ask({ name: "events", commit: () => this.database.going.stored(channelId, []) }),
    vote: (batch) =>
      this.#ask({
        name: "vote",
        lock: { at: `channel/${batch.channelId}`, mode: "share" },
        commit: () => this.database.going.vote(batch, this.#owns(`channel/${batch.channelId}`, batch.epoch, "votes")),
      }),
    votes: ({ pollId, choices }) =>
      this.#ask({ name: "votes", commit: () => this.database.going.count(pollId, choices) }),
    raidWasTold: (raidId) => this.#ask({ name: "raidWasTold", commit: () => this.database.going.told(raidId) }),
    readBack: ({ channelId, epoch, ids }) =>
      this.#ask({
        name: "readBack",
        query: async (sql) => {
          const { owned, found } = await readBackLines(sql, { channelId, epoch, ids });
          return { owned, seqById: new Map(found.map(({ id, seq }) => [id, seq])) };
        },
        commit: () => {
          const { byId, acts } = this.database.room(channelId);
          const seqById = new Map([...acts.values()].map(({ id, seq }) => [id, seq]));
          const found = ids.flatMap((id) => {
            const seq = byId.get(id)?.seq ?? seqById.get(id);
            return seq === undefined ? [] : [[id, seq] as const];
          });
          const owned = this.database.rows.get(`channel/${channelId}`)?.epoch === epoch;
          return { owned: owned || this.database.broken.epochCheck === true, seqById: new Map(found) };
        },
      }),
    byNonce: ({ channelId, lines }) =>
      this.#ask({
        name: "byNonce",
        query: (sql) => {
          const asked = lines.map(({ user, nonce }) => ({ userId: user.id, nonce }));
          return linesByNonce(sql, { channelId, lines: asked });
        },
        commit: () => {
          const { byNonce } = this.database.room(channelId);
          return lines.flatMap((line): NoncedLine[] => {
            const found = byNonce.get(nonceKey(line));
            if (!found) return [];
            const { user, nonce, id, seq, body, action } = found;
            return [{ userId: user.id, nonce, id, seq, body, action }];
          });
        },
      }),
    headSeq: (channelId) =>
      this.#ask({
        name: "headSeq",
        query: (sql) => headSeq(sql, channelId),
        commit: () => this.#headAtClaim.get(channelId) ?? this.database.room(channelId).headSeq,
      }),
    entries: ({ channelId, after, upTo, limit }) =>
      this.#ask({
        name: "entries",
        commit: () => {
          const { bySeq, acts } = this.database.room(channelId);
          const lines = [...bySeq.values(), ...acts.values()]
            .filter(({ seq }) => seq > (after ?? 0) && seq <= upTo)
            .sort((a, b) => a.seq - b.seq);
          return (after === null ? lines.slice(-limit) : lines.slice(0, limit)).map(toEntry);
        },
      }),
  };

  #act(act: StoredAct | StoredAllow): InsertOutcome {
    const { channelId, epoch, seq, id } = act;
    if (!this.#owns(`channel/${channelId}`, epoch, "act")) return { kind: "inserted", seqs: [] };
    const room = this.database.room(channelId);
    const isTaken = room.bySeq.has(seq) || room.acts.has(seq) || [...room.acts.values()].some((one) => one.id === id);
    if (isTaken || room.byId.has(id)) return { kind: "inserted", seqs: [] };
    if (!("entry" in act)) {
      const line = room.judging.allow(act);
      return line
        ? this.#insert({ channelId, epoch, lines: [{ ...line, seq, at: act.at }] })
        : { kind: "inserted", seqs: [] };
    }
    if (act.change.kind === "ban") room.judging.denyOf(act.change.userId);
    room.acts.set(seq, act);
    this.database.going.apply(act);
    room.headSeq = Math.max(room.headSeq, seq);
    this.#sim.trace(`act ${seq} of ${epoch}: ${act.log.act}`);
    return { kind: "inserted", seqs: [seq] };
  }

  #bans(channelId: string): RoomRules["bans"] {
    const bans = new Map<string, number | null>();
    const acts = [...this.database.room(channelId).acts.values()].sort((a, b) => a.seq - b.seq);
    for (const { change } of acts)
      if (change.kind === "ban") bans.set(change.userId, change.untilMs);
      else if (change.kind === "unban") bans.delete(change.userId);
    return [...bans].map(([userId, untilMs]) => ({ userId, untilMs }));
  }

  #insert({ channelId, epoch, lines }: LineBatch): InsertOutcome {
    if (!this.#owns(`channel/${channelId}`, epoch, "chat line")) return { kind: "inserted", seqs: [] };
    const room = this.database.room(channelId);
    const fresh = lines.filter(({ seq }) => !room.bySeq.has(seq) && !room.acts.has(seq));
    if (fresh.some((line) => room.byNonce.has(nonceKey(line)))) return { kind: "nonceTaken" };
    if (fresh.some(({ id }) => room.byId.has(id))) return { kind: "inserted", seqs: [] };
    for (const line of fresh) {
      const stored: Line = { ...line, epoch };
      room.bySeq.set(line.seq, stored);
      room.byId.set(line.id, stored);
      room.byNonce.set(nonceKey(line), stored);
      room.headSeq = Math.max(room.headSeq, line.seq);
      this.#sim.trace(`line ${line.seq} of ${epoch}`);
    }
    return { kind: "inserted", seqs: fresh.map(({ seq }) => seq) };
  }
}

const copyOf = (row: Row | undefined) => (row ? { ...row } : null);

const nonceKey = (line: StoredLine) => `${line.user.id} ${line.nonce}`;

function toEntry(row: Line | StoredAct): Entry {
  if ("change" in row)
    return { seq: row.seq, at: row.at, kind: row.entry.kind, ...row.entry.event, by: row.by } as Entry;
  const { seq, at, id, user, body } = row;
  return { seq, at, kind: "line", id, user, body };
}
