// For tests of the rules: states made of events, and messages.

import type { SavedMedia } from "#transcoding/packager/numbers/saved.ts";
import { sessionOf } from "../testing.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { type BroadcastLimits, NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import { type Event, initial, type State } from "./state.ts";

export const ref = (clientId: string) => ({ ingest: "main", boot: "b", clientId });

export const publish = (clientId: string, more: { autoStart?: boolean } = {}): Message => ({
  type: "publish",
  session: ref(clientId),
  remoteAddress: "127.0.0.1",
  encoder: "OBS",
  ...more,
  fresh: { publicName: `public-${clientId}`, pullToken: "token", broadcastId: `broadcast-${clientId}` },
});

export const published = (clientId: string): Event => ({
  type: "published",
  session: sessionOf(clientId),
  broadcastId: `broadcast-${clientId}`,
  atMs: 0,
});
export const ready: Event = { type: "ready", atMs: 1_000 };
export const lost: Event = { type: "encoderLost", atMs: 5_000, drop: false };

export const media = (headNumber: number): SavedMedia => ({
  headNumber,
  discontinuitySequence: 0,
  targetDurationMs: 2_000,
  partTargetMs: 500,
  window: [],
});

/** The state after these events, and what is decided in it. */
export const given = (...events: Event[]) => from(events.reduce(evolve, initial()));

export function from(state: State, limits: BroadcastLimits = NO_LIMITS) {
  return {
    state,
    when: (message: Message, nowMs = 9_000) => decide(state, message, nowMs, limits),
    /** The state after these messages. */
    after(...messages: Message[]) {
      const told = (known: State, message: Message) =>
        (decide(known, message, 9_000, limits).events ?? []).reduce(evolve, known);
      return from(messages.reduce(told, state), limits);
    },
  };
}
