// The store as the runtime needs it: owners and states of actors, and the living nodes.
// In production PostgreSQL (store-postgres.ts), in tests a second implementation in memory (store-memory.ts).

/** The store cannot be reached or did not answer in time. The statement may or may not have taken effect. */
export class StoreAway extends Error {
  override readonly name = "StoreAway";
}

/** The store refuses a value for good (SQLSTATE class 22 or 23). The statement had no effect. */
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

/** An actor that must be awake, and may have nobody. */
export interface DueRow extends ActorRow {
  /** `seenAt` of its node; null: it has none, or one that has left or is unknown. */
  nodeSeenAt: string | null;
}

/** The result of a claim, all of it from the claim's RETURNING clause. */
export interface Claimed {
  epoch: number;
  version: number;
  /** Null for an actor that never saved. */
  state: unknown;
  answered: AnsweredCall[];
  /** Time since the last save, by the store's clock; 0 for a new actor. */
  sinceSavedMs: number;
}

/** An answered call, kept so that a repeat of it at a later owner gets the same answer. */
export interface AnsweredCall {
  id: string;
  answer: unknown;
}

export interface Save extends ActorId {
  epoch: number;
  version: number;
  state: unknown;
  answered: AnsweredCall[];
  /** Store's wall clock in ms from which the actor must be awake somewhere. Null: it may sleep. */
  wakeAtMs: number | null;
}

export interface Claim {
  node: string;
  believedEpoch: number;
  /** The owner until now, whose statements may be ended when they hold the row. With a `seenAt` the claim counts only if the node has sent no
   *  heartbeat since: who was found dead may be back by the time a claim is committed, and answer. */
  dead: { incarnation: string; seenAt: string | null } | null;
}

/** Each method throws StoreAway; claim and save throw StorePoisoned too. */
export interface ActorStore {
  /** One statement: epoch 1 for an actor without a row (`believedEpoch` 0), else `believedEpoch + 1` where the epoch is still `believedEpoch`.
   *  Null: another claim was faster, or the dead node lives. */
  claim(id: ActorId, claim: Claim): Promise<Claimed | null>;
  /** `fenced`: the row has another epoch. A row with this or a higher version counts as saved. */
  save(save: Save): Promise<"saved" | "fenced">;
  /** Last statement of an owner that goes to sleep or leaves: sets node = null where epoch and version still match. */
  release(id: ActorId, at: { epoch: number; version: number }): Promise<boolean>;
  look(id: ActorId): Promise<ActorRow | null>;
  /** Rows that name the node, the store's wall clock, and whether `wake_at` of any row, whosever, has passed. */
  ownedBy(node: string): Promise<{ rows: ActorRow[]; nowMs: number; anyDue: boolean }>;
  /** Rows whose `wake_at` has passed and whose node is null, unknown, gone, silent for `silentMs` or one of `deadNodes`. Due rows of `node` itself come last. */
  due(options: { node: string; deadNodes: string[]; silentMs: number; limit: number }): Promise<DueRow[]>;
}

export interface NodeRow {
  incarnation: string;
  name: string;
  /** `http://host:port` of its internal port. */
  address: string;
  slots: number;
  used: number;
  draining: boolean;
  /** Opaque time of the last heartbeat; only compared for equality. */
  seenAt: string;
  /** Age of the last heartbeat, by the store's clock. */
  silentMs: number;
  left: boolean;
}

export interface NodeStore {
  join(node: { incarnation: string; name: string; address: string; slots: number }): Promise<void>;
  /** A heartbeat. Null: the row is gone. `draining`: an operator wants the node to hand its actors over. `beats`: heartbeats that the row
   *  counts, which only rise while no commit is lost. `living` as from `living`, whose row of this node may be as before the heartbeat. */
  beat(
    incarnation: string,
    beat: { used: number; silentMs: number },
  ): Promise<{ draining: boolean; beats: number; living: NodeRow[] } | null>;
  /** From now on other nodes place no actor there. */
  drain(incarnation: string): Promise<void>;
  leave(incarnation: string): Promise<void>;
  look(incarnation: string): Promise<NodeRow | null>;
  /** Nodes that have not left and were seen within `silentMs`. */
  living(silentMs: number): Promise<NodeRow[]>;
  /** Deletes rows of nodes silent for `silentMs` that own nothing. */
  sweep(silentMs: number): Promise<void>;
}

export interface Store {
  /** Opens connections, so that a take-over that is about to come does not wait for them. Waits for nothing, never throws. */
  prepare(): void;
  actors: ActorStore;
  nodes: NodeStore;
}
