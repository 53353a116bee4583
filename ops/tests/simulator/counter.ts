// A small actor that everything can be asked about: it counts what was added under which mark, and keeps appointments.

import type { Actor } from "#runtime/actor/actor.ts";
import { Cell } from "#runtime/actor/cell.ts";
import type { Activation } from "#runtime/cluster/activation.ts";
import { activationOf } from "#runtime/cluster/testing.ts";
import type { OpenOptions } from "./cluster.ts";

export interface CounterState {
  marks: string[];
  /** Appointments that are to be kept, store's wall time. */
  dueMs: number[];
  /** Appointments that were kept. */
  kept: number;
}

export type CounterMessage =
  /** Answer: how many there are then. */
  | { type: "add"; mark: string }
  /** Answer: how many there are. Not a read that may be stale: it goes through the gate. */
  | { type: "get" }
  /** Answer: null. It will ring, wherever the actor lives then. */
  | { type: "appoint"; dueMs: number }
  | { type: "rang"; dueMs: number };

type CounterEvent = Exclude<CounterMessage, { type: "get" }>;

/** Keys of counters that, as a live channel, must be awake at all times. */
export const AWAKE_KEY = "b";

const counter = (awake: boolean): Actor<CounterState, CounterMessage, CounterEvent, never> => ({
  initial: () => ({ marks: [], dueMs: [], kept: 0 }),
  revive: (saved) => saved as CounterState,
  decide(state, message) {
    switch (message.type) {
      case "add":
        return { reply: state.marks.length + 1, events: [message] };
      case "get":
        return { reply: state.marks.length };
      case "appoint":
      case "rang":
        return { reply: null, events: [message] };
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case "add":
        return { ...state, marks: [...state.marks, event.mark] };
      case "appoint":
        return { ...state, dueMs: [...state.dueMs, event.dueMs] };
      case "rang":
        return { ...state, dueMs: state.dueMs.filter((due) => due !== event.dueMs), kept: state.kept + 1 };
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
  const { key, claimed, onFenced } = ownership;
  const id = { kind: "channel", key };
  const cell = new Cell(counter(key.startsWith(AWAKE_KEY)), {
    id,
    claimed,
    world: { clock, nowMs, store: store.actors },
    owner: { onFenced, onBug },
  });
  return activationOf(cell);
}
