// The children of a video as values: each says in which states it runs, under which key, and how it starts.

import type { Child, ChildPlan, Self } from "#runtime/actor/actor.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Message, State } from "../rules/state.ts";

/** `Of`: what one instance runs for. `Parts`: what it needs from its node. */
export interface VideoChild<Parts, Of> {
  readonly name: string;
  /** Null: it does not run. Pure. */
  runs(state: State): Of | null;
  /** When the key changes, the old instance is stopped and a new one is started. */
  key(of: Of): string;
  start(of: Of, at: { parts: Parts; video: AwakeVideo; self: Self<Message> }): Child;
}

/** The video that runs the child. */
export interface AwakeVideo {
  readonly videoId: string;
  readonly epoch: number;
  /** Its lines carry the video and the epoch. */
  readonly log: Log;
}

/** A child that has its parts: what runs in a state, by name. */
export type EquippedChild = (state: State, video: AwakeVideo) => [name: string, plan: ChildPlan<Message>][];

export const equip =
  <Parts, Of>(child: VideoChild<Parts, Of>, parts: Parts): EquippedChild =>
  (state, video) => {
    const of = child.runs(state);
    if (of === null) return [];
    return [[child.name, { key: child.key(of), start: (self) => child.start(of, { parts, video, self }) }]];
  };
