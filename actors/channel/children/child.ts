// The children of a channel as values: each says in which states it runs, under which key, and how it starts.

import type { Child, ChildPlan, Self } from "#runtime/actor/actor.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Message } from "../rules/messages.ts";
import type { State } from "../rules/state.ts";

/** `Of`: what one instance runs for, such as a session. `Parts`: what it needs from its node. */
export interface ChannelChild<Parts, Of> {
  readonly name: string;
  /** One instance runs for each element of the returned list. `wanted`: names that this owner was asked for, see Cell. Pure. */
  runs(state: State, wanted: ReadonlySet<string>): Of[];
  /** When the key changes, the old instance is stopped and a new one is started. */
  key(of: Of): string;
  start(of: Of, at: Start<Parts>): Child;
}

export interface Start<Parts> {
  parts: Parts;
  channel: AwakeChannel;
  self: Self<Message>;
}

/** The channel that runs the child. */
export interface AwakeChannel {
  readonly channelId: string;
  readonly epoch: number;
  /** Its lines carry the channel and the epoch. */
  readonly log: Log;
  /** Viewers at this moment. */
  readonly viewers: number;
  /** A child has learnt from the store that another node owns the channel. */
  onReplaced(noticedBy: "room"): void;
}

/** A child that has its parts: the instances that run in a state, by name. */
export type EquippedChild = (
  now: { state: State; wanted: ReadonlySet<string> },
  channel: AwakeChannel,
) => [name: string, plan: ChildPlan<Message>][];

export const equip =
  <Parts, Of>(child: ChannelChild<Parts, Of>, parts: Parts): EquippedChild =>
  ({ state, wanted }, channel) =>
    child.runs(state, wanted).map((of) => {
      const key = child.key(of);
      return [`${child.name} ${key}`, { key, start: (self) => child.start(of, { parts, channel, self }) }];
    });
