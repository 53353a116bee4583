// What a cell needs: dependencies shared by all cells of a node, and callbacks of the code that opened it.

import type { Clock } from "../base/clock.ts";
import type { ActorId, ActorStore, Claimed } from "../store/store.ts";

/** Dependencies that a node shares among all its cells. */
export interface CellWorld {
  clock: Clock;
  /** This node's estimate of the store's wall clock. */
  nowMs(): number;
  store: ActorStore;
  /** Unanswered calls per cell; above it the answer is `busy`. Default 1 000. */
  mailboxMax?: number;
}

/** Callbacks of the code that opened the cell. */
export interface CellOwner {
  /** Another node owns the actor now. The cell has begun to kill everything it runs. */
  onFenced(): void;
  /** False: nothing is saved now; asked again before each save. */
  mayWrite(): boolean;
  onBug(error: unknown, what: string): void;
}

export interface CellOptions {
  id: ActorId;
  claimed: Claimed;
  world: CellWorld;
  owner: CellOwner;
}
