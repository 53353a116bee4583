// One actor for the whole instance, woken by its alarm: once a day it walks through the bucket and the rows of videos.
//
//   resting ── the alarm ──► walking ── the end ──► resting
//                             │   ▲
//                             └───┘ a step further

import { type Actor, type Child, type Decision, Refusal, type Runs, type Self } from "#runtime/actor/actor.ts";
import { BEGINNING, type Place } from "../walk/walk.ts";

const REST_MS = 24 * 3_600_000;

export type State =
  | { phase: "resting"; dueMs: number }
  /** `place`: up to there all is done. */
  | { phase: "walking"; place: Place };

export type Message =
  /** From the timer. */
  | { type: "due" }
  /** From the walker. Null: it is at its end. */
  | { type: "went"; place: Place | null };

export type Event = { type: "went"; place: Place } | { type: "rested"; dueMs: number };

export class OrphanSweep implements Actor<State, Message, Event, never> {
  constructor(private readonly startWalker: (from: Place, self: Self<Message>) => Child) {}

  initial(nowMs: number): State {
    return { phase: "resting", dueMs: nowMs };
  }

  revive(saved: unknown): State {
    return saved as State;
  }

  decide(state: State, message: Message, nowMs: number): Decision<Event, never> {
    switch (message.type) {
      case "due":
        return state.phase === "resting" ? { events: [{ type: "went", place: BEGINNING }] } : {};
      case "went":
        if (state.phase !== "walking") return {};
        return {
          events: [message.place ? { type: "went", place: message.place } : { type: "rested", dueMs: nowMs + REST_MS }],
        };
      default:
        throw new Refusal("validation_failed", "unknown verb");
    }
  }

  evolve(_state: State, event: Event): State {
    return event.type === "went" ? { phase: "walking", place: event.place } : { phase: "resting", dueMs: event.dueMs };
  }

  runs(state: State): Runs<Message> {
    if (state.phase === "resting") return { timers: { alarm: { dueMs: state.dueMs, rings: { type: "due" } } } };
    return { children: { walker: { key: "walker", start: (self) => this.startWalker(state.place, self) } } };
  }

  perform() {}

  reads() {
    return false;
  }

  wakeAtMs(state: State): number | null {
    return state.phase === "resting" ? state.dueMs : 0;
  }
}
