// What a cell is given: by its node, one for all, and by who opened it.

import type { Clock } from "../base/clock.ts";
import type { ActorId, ActorStore, Claimed } from "../store/store.ts";

/** What a node gives all its cells. */
export interface CellWorld {
  clock: Clock;
  /** The store's wall clock as this node knows it. */
  nowMs(): number;
  store: ActorStore;
  /** Calls taken but not answered; over it the answer is `busy`. Default 1 000. */
  mailboxMax?: number;
}

/** Who opened the cell. */
export interface CellOwner {
  /** Somebody else owns the actor now. The cell has begun to kill everything. */
  onFenced(): void;
  onBug(error: unknown, what: string): void;
}

export interface CellOptions {
  id: ActorId;
  claimed: Claimed;
  world: CellWorld;
  owner: CellOwner;
}
