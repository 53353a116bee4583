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
} from "#schema/queries/actors.ts";
import { beatNode, findNode, insertNode, leaveNode, livingNodes, sweepNodes } from "#schema/queries/nodes.ts";
import { type ActorStore, type NodeStore, type Store, StoreAway, StorePoisoned } from "./store.ts";

const LOCK_NOT_AVAILABLE = "55P03";

/** How the connections of an actor node are named, so that its successor can end them. */
export const applicationNameOf = (incarnation: string) => `actor ${incarnation}`;

export interface StoreDatabases {
  database: Database;
  /** Its own small pool with a lock time-out of 1 s: a claim must neither queue behind saves nor wait for a dead owner's statement. */
  claims: Database;
}

export function createPostgresStore({ database: { sql }, claims }: StoreDatabases): Store {
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
        return row && row.epoch === save.epoch && row.version >= save.version ? "saved" : "fenced";
      }),
    release: (id, at) => guarded(() => releaseActor(sql, { ...id, ...at })),
    look: (id) => guarded(async () => (await findActor(sql, id)) ?? null),
    ownedBy: (node) => guarded(() => actorsOwnedBy(sql, node)),
    due: (options) => guarded(() => dueActors(sql, options)),
  };
  const nodes: NodeStore = {
    join: (node) => guarded(() => insertNode(sql, node)),
    beat: (incarnation, used) => guarded(() => beatNode(sql, incarnation, used)),
    leave: (incarnation) => guarded(() => leaveNode(sql, incarnation)),
    look: (incarnation) => guarded(async () => (await findNode(sql, incarnation)) ?? null),
    living: (silentMs) => guarded(() => livingNodes(sql, silentMs)),
    sweep: (silentMs) => guarded(() => sweepNodes(sql, silentMs)),
  };
  return { actors, nodes };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isPoison(error)) throw new StorePoisoned(sqlState(error), { cause: error });
    throw new StoreAway(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
