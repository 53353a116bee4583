// The store over PostgreSQL. Tells apart: away (try again), poisoned (never), fenced (somebody else's now).

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

/** How the connections of an actor node are named, so that its successor can end them. */
export const applicationNameOf = (incarnation: string) => `actor ${incarnation}`;

interface StoreDatabases {
  database: Database;
  /** Its own small pool with a lock time-out of 1 s: a claim must neither queue behind saves nor wait for a dead owner's statement. */
  claims: Database;
  clock: Clock;
}

/** The server ends a statement after 5 s; a server that cannot even say so is away a little later. */
const ANSWER_MS = 6_000;
/** What is asked each second must not pile up. */
const HEARTBEAT_MS = 2_000;

/** Statements that wait for an answer while none comes; over it nothing more is asked, but for one each second. */
const HUNG_MAX = 64;
const TRY_EVERY_MS = 1_000;

export function createPostgresStore({ database: { sql }, claims, clock }: StoreDatabases): Store {
  const guarded = createGuard(clock);
  const actors: ActorStore = {
    claim: (id, { node, believedEpoch, deadNode }) =>
      guarded(async () => {
        const claim = () => claimActor(claims.sql, { ...id, node, believedEpoch });
        try {
          return (await claim()) ?? null;
        } catch (error) {
          if (sqlState(error) !== LOCK_NOT_AVAILABLE || !deadNode) throw error;
          await endStatementsOf(claims.sql, applicationNameOf(deadNode));
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
    beat: (incarnation, used) =>
      guarded(async () => (await beatNode(sql, { incarnation, used })) ?? null, HEARTBEAT_MS),
    drain: (incarnation) => guarded(() => drainNode(sql, incarnation), HEARTBEAT_MS),
    leave: (incarnation) => guarded(() => leaveNode(sql, incarnation)),
    look: (incarnation) => guarded(async () => (await findNode(sql, incarnation)) ?? null),
    living: (silentMs) => guarded(() => livingNodes(sql, silentMs), HEARTBEAT_MS),
    sweep: (silentMs) => guarded(() => sweepNodes(sql, silentMs)),
  };
  return { actors, nodes };
}

/** Gives up what is not answered in time. The driver goes on with it all the same: what was given up is sent late, or stays in the pool's
 *  queue, so while the store hangs it must not become more and more. */
function createGuard(clock: Clock) {
  let underWay = 0;
  /** Something was given up, and nothing has been answered since. */
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
        (error) => sqlState(error) !== undefined, // Whoever still waits hears it below.
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
