// A small actor for exact checks: it remembers every mark added, in order, and its alarms.

import type { Actor } from "#runtime/actor/actor.ts";
import { Cell } from "#runtime/actor/cell.ts";
import type { Activation } from "#runtime/cluster/activation.ts";
import { activationOf } from "#runtime/cluster/testing.ts";
import type { OpenOptions } from "./cluster.ts";

export interface CounterState {
  marks: string[];
  /** Alarms that have not rung, by the store's wall clock. */
  dueMs: number[];
  /** Number of alarms that have rung. */
  rung: number;
}

export type CounterMessage =
  /** Adds a mark. Answer: the number of marks afterwards. */
  | { type: "add"; mark: string }
  /** Answer: the number of marks. Not declared as a read, so it goes through the gate and is never stale. */
  | { type: "get" }
  /** Sets an alarm, which rings wherever the actor lives then. Answer: null. */
  | { type: "setAlarm"; dueMs: number }
  | { type: "rang"; dueMs: number };

type CounterEvent = Exclude<CounterMessage, { type: "get" }>;

/** Prefix of the keys of counters that must always be awake, like a live channel. */
export const AWAKE_KEY = "b";

const counter = (awake: boolean): Actor<CounterState, CounterMessage, CounterEvent, never> => ({
  initial: () => ({ marks: [], dueMs: [], rung: 0 }),
  revive: (saved) => saved as CounterState,
  decide(state, message) {
    switch (message.type) {
      case "add":
        return { reply: state.marks.length + 1, events: [message] };
      case "get":
        return { reply: state.marks.length };
      case "setAlarm":
      case "rang":
        return { reply: null, events: [message] };
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case "add":
        return { ...state, marks: [...state.marks, event.mark] };
      case "setAlarm":
        return { ...state, dueMs: [...state.dueMs, event.dueMs] };
      case "rang":
        return { ...state, dueMs: state.dueMs.filter((due) => due !== event.dueMs), rung: state.rung + 1 };
    }
  },
  runs: ({ dueMs }) => ({
    timers: Object.fromEntries(dueMs.map((due) => [`${due}`, { dueMs: due, rings: { type: "rang", dueMs: due } }])),
  }),
  perform() {},
  reads: () => false,
  wakeAtMs: ({ dueMs }) => (awake ? 0 : dueMs.length > 0 ? Math.min(...dueMs) : null),
});

export function openCounter({ ownership, clock, nowMs, store, onBug }: OpenOptions): Activation {
  const { key, claimed, onFenced, mayWrite } = ownership;
  const id = { kind: "channel", key };
  const cell = new Cell(counter(key.startsWith(AWAKE_KEY)), {
    id,
    claimed,
    world: { clock, nowMs, store: store.actors },
    owner: { onFenced, mayWrite, onBug },
  });
  return activationOf(cell);
}
