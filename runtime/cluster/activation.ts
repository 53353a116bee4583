// What is agreed between a node's host and the actors that run on it, of whatever kind.

import type { ActorKindName } from "#schema/wire/subjects.ts";
import type { Answer, AskContext } from "../actor/calls.ts";
import type { Claimed } from "../store/store.ts";

/** What an owner is given. */
export interface Ownership {
  key: string;
  claimed: Claimed;
  /** To be called when it learns that somebody else owns the actor now. */
  onFenced(noticedBy?: "save" | "room" | "status"): void;
}

/** One awake actor, as the host sees it. */
export interface Activation {
  ask(message: unknown, context: AskContext): Promise<Answer>;
  /** True for a message that only reads: let through while the store is away. */
  reads(message: unknown): boolean;
  /** Null while it must stay awake; else the version at which its row may be given up. */
  readonly idleAtVersion: number | null;
  /** Cut off from bus and store: serve nobody, until `resume`. */
  suspend(): Promise<void>;
  resume(): void;
  /** Another node is about to own it: takes on nothing more and saves what is unsaved. Resolves with the farewell, to be called once
   *  it is known whether somebody has it: then it may still show for some seconds what it has, and resolves when all of it is gone.
   *  Rejects when it goes on here as if nothing had been asked. Absent: it is stopped first. */
  handOver?(): Promise<(taken: boolean) => Promise<void>>;
  stop(how: "ask" | "kill"): Promise<void>;
}

export interface ActorKind {
  name: ActorKindName;
  open(ownership: Ownership): Activation;
}
