// The store over PostgreSQL. Distinguishes away (retry), poisoned (never retry) and fenced (another node owns the actor).

import { type Database, isPoison, sqlState } from "#schema/database.ts";
import {
  actorsOwnedBy,
  claimActor,
  dueActors,
  endStatementsOf,
  findActor,
  releaseActor,
  saveActor,
} from "#schema/queries/cluster/actors.ts";
import {
  beatNode,
  drainNode,
  findNode,
  insertNode,
  leaveNode,
  livingNodes,
  sweepNodes,
} from "#schema/queries/cluster/nodes.ts";
import { type Clock, within } from "../base/clock.ts";
import { fencedSaves } from "./metrics.ts";
import { type ActorStore, type NodeStore, type Store, StoreAway, StorePoisoned } from "./store.ts";

const LOCK_NOT_AVAILABLE = "55P03";

/** `application_name` of an actor node's connections, by which its successor can end them. */
export const applicationNameOf = (incarnation: string) => `actor ${incarnation}`;

interface StoreDatabases {
  database: Database;
  /** A small separate pool with a lock time-out of 1 s: a claim must neither queue behind saves nor wait for a dead owner's statement. */
  claims: Database;
  clock: Clock;
}

/** The server ends a statement after 5 s; without an answer a little later, the store counts as away. */
const ANSWER_MS = 6_000;
/** For statements sent each second, which must not pile up. */
const HEARTBEAT_MS = 2_000;

/** Unanswered statements while the store hangs; at the limit only one statement is sent each second. */
const HUNG_MAX = 64;
const TRY_EVERY_MS = 1_000;

/** What a take-over sends at once: its claim, and what its room reads. Just after a death a new connection takes 0.2 s and more. */
const TAKE_OVER = { claims: 1, reads: 5 };

export function createPostgresStore({ database, claims, clock }: StoreDatabases): Store {
  const { sql } = database;
  const guarded = createGuard(clock);
  const actors: ActorStore = {
    claim: (id, { node, believedEpoch, dead }) =>
      guarded(async () => {
        const claim = () => claimActor(claims.sql, { ...id, node, believedEpoch, dead });
        try {
          return (await claim()) ?? null;
        } catch (error) {
          if (sqlState(error) !== LOCK_NOT_AVAILABLE || !dead) throw error;
          await endStatementsOf(claims.sql, applicationNameOf(dead.incarnation));
          return (await claim()) ?? null;
        }
      }),
    save: (save) =>
      guarded(async () => {
        if (await saveActor(sql, save)) return "saved";
        const row = await findActor(sql, save);
        if (row && row.epoch === save.epoch && row.version >= save.version) return "saved";
        fencedSaves.inc();
        return "fenced";
      }),
    release: (id, at) => guarded(() => releaseActor(sql, { ...id, ...at })),
    look: (id) => guarded(async () => (await findActor(sql, id)) ?? null),
    ownedBy: (node) => guarded(() => actorsOwnedBy(sql, node), HEARTBEAT_MS),
    due: (options) => guarded(() => dueActors(sql, options), HEARTBEAT_MS),
  };
  const nodes: NodeStore = {
    join: (node) => guarded(() => insertNode(sql, node)),
    beat: (incarnation, beat) =>
      guarded(async () => (await beatNode(sql, { incarnation, ...beat })) ?? null, HEARTBEAT_MS),
    drain: (incarnation) => guarded(() => drainNode(sql, incarnation), HEARTBEAT_MS),
    leave: (incarnation) => guarded(() => leaveNode(sql, incarnation)),
    look: (incarnation) => guarded(async () => (await findNode(sql, incarnation)) ?? null),
    living: (silentMs) => guarded(() => livingNodes(sql, silentMs), HEARTBEAT_MS),
    sweep: (silentMs) => guarded(() => sweepNodes(sql, silentMs)),
  };
  const open = ({ sql: pool }: Database, connections: number) => {
    for (let n = 0; n < connections; n++) void pool`SELECT 1`.execute().catch(() => {});
  };
  const prepare = () => {
    open(claims, TAKE_OVER.claims);
    open(database, TAKE_OVER.reads);
  };
  return { prepare, actors, nodes };
}

/** Rejects statements that are not answered in time. The driver still keeps them, in flight or in the pool's queue, so their number is
 *  limited while the store hangs. */
function createGuard(clock: Clock) {
  let underWay = 0;
  /** A statement timed out, and none has been answered since. */
  let hangs = false;
  let triedMonoMs = Number.NEGATIVE_INFINITY;

  return async <T>(work: () => Promise<T>, ms = ANSWER_MS): Promise<T> => {
    const isFull = hangs && underWay >= HUNG_MAX;
    if (isFull && clock.monoMs() - triedMonoMs < TRY_EVERY_MS) throw new StoreAway("it hangs");
    triedMonoMs = clock.monoMs();
    underWay++;
    const asked = work();
    asked
      .then(
        () => true,
        (error) => sqlState(error) !== undefined, // The caller gets the error below.
      )
      .then((isAnswer) => {
        underWay--;
        if (isAnswer) hangs = false;
      });
    const late = () => {
      hangs = true;
      return new StoreAway(`no answer within ${ms} ms`);
    };
    try {
      return await within(clock, ms, asked, late);
    } catch (error) {
      if (isPoison(error)) throw new StorePoisoned(sqlState(error), { cause: error });
      throw error instanceof StoreAway ? error : new StoreAway(String(error), { cause: error });
    }
  };
}
