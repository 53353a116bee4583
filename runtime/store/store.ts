// What the runtime needs of the truth: who owns an actor, its state, who lives.
// In production PostgreSQL (store-postgres.ts), in tests a second implementation in memory (store-memory.ts).

/** The store cannot be reached or did not answer in time. What was asked may or may not have happened. */
export class StoreAway extends Error {
  override readonly name = "StoreAway";
}

/** The store refuses a value for good (SQLSTATE class 22 or 23). Nothing has happened. */
export class StorePoisoned extends Error {
  override readonly name = "StorePoisoned";
}

export interface ActorId {
  kind: string;
  key: string;
}

export interface ActorRow extends ActorId {
  epoch: number;
  version: number;
  node: string | null;
}

/** What a claim gives, from its RETURNING: nothing of it is read before or after. */
export interface Claimed {
  epoch: number;
  version: number;
  /** Null for an actor that never saved. */
  state: unknown;
  answered: AnsweredCall[];
  /** Time since the last save, by the store's clock; 0 for a new actor. */
  sinceSavedMs: number;
}

/** A call that was answered, kept so that the same call after a loss of the owner gets the same answer. */
export interface AnsweredCall {
  id: string;
  answer: unknown;
}

export interface Save extends ActorId {
  epoch: number;
  version: number;
  state: unknown;
  answered: AnsweredCall[];
  /** Wall time of the store in ms; from then on the actor must be awake somewhere. Null: may sleep. */
  wakeAtMs: number | null;
}

/** Each method throws StoreAway; claim and save throw StorePoisoned too. */
export interface ActorStore {
  /** One statement: epoch 1 for an actor that has no row (`believed` 0), else `believed + 1` where the epoch is still `believed`.
   *  Null: somebody was faster. `deadNode`: whose statements may be ended when they hold the row. */
  claim(id: ActorId, claim: { node: string; believedEpoch: number; deadNode: string | null }): Promise<Claimed | null>;
  /** `fenced`: the row has another epoch. A version that is there already counts as saved. */
  save(save: Save): Promise<"saved" | "fenced">;
  /** The last act of an owner that goes to sleep or leaves: node = null where epoch and version are still these. */
  release(id: ActorId, at: { epoch: number; version: number }): Promise<boolean>;
  look(id: ActorId): Promise<ActorRow | null>;
  /** Rows that name the node, and the store's wall time. */
  ownedBy(node: string): Promise<{ rows: ActorRow[]; nowMs: number }>;
  /** Rows whose `wake_at` has come and whose node is null, unknown, gone, not seen for `silentMs`, or one of `deadNodes`; `node`'s own too, last. */
  due(options: { node: string; deadNodes: string[]; silentMs: number; limit: number }): Promise<ActorRow[]>;
}

export interface NodeRow {
  incarnation: string;
  name: string;
  /** `http://host:port` of its internal port. */
  address: string;
  slots: number;
  used: number;
  draining: boolean;
  /** As the store wrote it; only ever compared with itself. */
  seenAt: string;
  /** By the store's clock. */
  silentMs: number;
  left: boolean;
}

export interface NodeStore {
  join(node: { incarnation: string; name: string; address: string; slots: number }): Promise<void>;
  /** Null: the row is gone. `draining`: whether somebody wants the node to give its actors away. */
  beat(incarnation: string, used: number): Promise<{ draining: boolean } | null>;
  /** From now on others place nothing there. */
  drain(incarnation: string): Promise<void>;
  leave(incarnation: string): Promise<void>;
  look(incarnation: string): Promise<NodeRow | null>;
  /** Those that have not left and were seen within `silentMs`. */
  living(silentMs: number): Promise<NodeRow[]>;
  /** Deletes rows of nodes silent for `silentMs` that own nothing. */
  sweep(silentMs: number): Promise<void>;
}

export interface Store {
  actors: ActorStore;
  nodes: NodeStore;
}
