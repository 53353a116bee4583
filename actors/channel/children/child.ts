// What a channel may run, as values: each child says in which states it runs, under which key, and how it starts.

import type { Child, ChildPlan, Self } from "#runtime/actor/actor.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Message } from "../rules/messages.ts";
import type { State } from "../rules/state.ts";

/** `Of`: what one of it is for, such as a session. `Parts`: what it needs of its node. */
export interface ChannelChild<Parts, Of> {
  readonly name: string;
  /** What it runs for in this state: one each, none for an empty list. `wanted`: what this owner was asked for, see Cell. Pure. */
  runs(state: State, wanted: ReadonlySet<string>): Of[];
  /** A changed key means: stop the old one, then start a new one. */
  key(of: Of): string;
  start(of: Of, at: Start<Parts>): Child;
}

export interface Start<Parts> {
  parts: Parts;
  channel: AwakeChannel;
  self: Self<Message>;
}

/** The channel that runs it. */
export interface AwakeChannel {
  readonly channelId: string;
  readonly epoch: number;
  /** Names the channel and its epoch. */
  readonly log: Log;
  /** A child has learnt from the store that somebody else owns the channel. */
  onReplaced(noticedBy: "room"): void;
}

/** A child that has its parts: what of it runs in a state, by name. */
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
