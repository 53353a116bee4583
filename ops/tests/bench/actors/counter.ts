// The smallest actor for benchmarks: a number that is read from memory, or incremented and saved.

import type { Actor, Decision } from "#runtime/actor/actor.ts";

export interface Count {
  value: number;
  /** Must be awake somewhere, like a channel on air. */
  pinned: boolean;
}

export type CounterMessage = { type: "get" } | { type: "add" } | { type: "pin" };
export type CounterEvent = { type: "added" } | { type: "pinned" };

export class Counter implements Actor<Count, CounterMessage, CounterEvent, never> {
  initial = (): Count => ({ value: 0, pinned: false });
  revive = (saved: unknown) => saved as Count;

  decide({ value }: Count, { type }: CounterMessage): Decision<CounterEvent, never> {
    if (type === "get") return { reply: value };
    if (type === "add") return { reply: value + 1, events: [{ type: "added" }] };
    return { events: [{ type: "pinned" }] };
  }

  evolve(state: Count, { type }: CounterEvent): Count {
    return type === "added" ? { ...state, value: state.value + 1 } : { ...state, pinned: true };
  }

  runs = () => ({});
  perform() {}
  reads = ({ type }: CounterMessage) => type === "get";
  wakeAtMs = ({ pinned }: Count) => (pinned ? 0 : null);
}
