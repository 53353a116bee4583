// The contract between a node's host and an actor of any kind that runs on it.

import type { ActorKindName } from "#schema/wire/subjects.ts";
import type { Answer, AskContext } from "../actor/calls.ts";
import type { Claimed } from "../store/store.ts";

/** Passed to an actor's kind when this node has become the owner. */
export interface Ownership {
  key: string;
  claimed: Claimed;
  /** The actor calls this when it learns that another node owns it now. */
  onFenced(noticedBy?: "save" | "room" | "status"): void;
  /** False: this process stood still for so long that its actors are others' by now, and is about to end. */
  mayWrite(): boolean;
}

/** One awake actor, as its host sees it. */
export interface Activation {
  ask(message: unknown, context: AskContext): Promise<Answer>;
  /** True for a message that only reads; reads pass the gate while the store is away. */
  reads(message: unknown): boolean;
  /** The version at which its row may be released; null while the actor must stay awake. */
  readonly idleAtVersion: number | null;
  /** The node is cut off from bus and store: the actor must serve nothing until `resume`. */
  suspend(): Promise<void>;
  resume(): void;
  /** Prepares a hand-over: accepts no more messages and saves the state. Resolves with a function to call once it is known whether
   *  another node took the actor; that function may keep serving media for some seconds and resolves when everything is stopped.
   *  Rejects when the actor keeps running here as before. Absent: the actor is stopped before it is handed over. */
  handOver?(): Promise<(taken: boolean) => Promise<void>>;
  stop(how: "ask" | "kill"): Promise<void>;
}

export interface ActorKind {
  name: ActorKindName;
  open(ownership: Ownership): Activation;
}
