// The actor of the sleep races: a counter, and alarms that must each ring exactly once.

import type { Actor, Decision, Runs } from "#runtime/actor/actor.ts";

export interface Nap {
  value: number;
  /** Alarms that have not rung; ids count up. */
  alarms: { id: number; dueMs: number }[];
  alarmsSet: number;
  rung: number;
}

export type SleeperMessage = { type: "add" } | { type: "alarm"; inMs: number } | { type: "rings"; id: number };
type SleeperEvent = { type: "added" } | { type: "set"; dueMs: number } | { type: "rang"; id: number };

/** Answer to a call: the new number, and the owner's epoch. */
export interface Served {
  value: number;
  epoch: number;
}

export class Sleeper implements Actor<Nap, SleeperMessage, SleeperEvent, never> {
  constructor(private readonly epoch: number) {}

  initial = (): Nap => ({ value: 0, alarms: [], alarmsSet: 0, rung: 0 });
  revive = (saved: unknown) => saved as Nap;

  decide({ value, alarms }: Nap, message: SleeperMessage, nowMs: number): Decision<SleeperEvent, never> {
    const reply: Served = { value: value + 1, epoch: this.epoch };
    if (message.type === "add") return { reply, events: [{ type: "added" }] };
    if (message.type === "alarm")
      return { reply, events: [{ type: "added" }, { type: "set", dueMs: nowMs + message.inMs }] };
    const { id } = message;
    return alarms.some((alarm) => alarm.id === id) ? { events: [{ type: "rang", id }] } : {};
  }

  evolve(state: Nap, event: SleeperEvent): Nap {
    if (event.type === "added") return { ...state, value: state.value + 1 };
    if (event.type === "rang")
      return { ...state, alarms: state.alarms.filter(({ id }) => id !== event.id), rung: state.rung + 1 };
    const id = state.alarmsSet + 1;
    return { ...state, alarms: [...state.alarms, { id, dueMs: event.dueMs }], alarmsSet: id };
  }

  runs = ({ alarms }: Nap): Runs<SleeperMessage> => ({
    timers: Object.fromEntries(
      alarms.map(({ id, dueMs }) => [`alarm ${id}`, { dueMs, rings: { type: "rings" as const, id } }]),
    ),
  });
  perform() {}
  reads = () => false;
  wakeAtMs = ({ alarms }: Nap) => (alarms.length === 0 ? null : Math.min(...alarms.map(({ dueMs }) => dueMs)));
}
