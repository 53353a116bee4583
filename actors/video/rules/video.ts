// An upload at a glance: its phases, messages, timers and children.
//
//   uploading ── complete ──► completing ── all is there ──► working ── ready ──► clearing ──► over
//       │ ▲                      │                            │  ▲ │                  ▲
//       │ └── parts are missing ─┘                     broke └──┘ └── refused ────────┤
//       └── expired, cancelled ────────────────────────────────────────────────────────┘

import { type Actor, type Decision, Refusal, type Runs } from "#runtime/actor/actor.ts";
import type { AwakeVideo, EquippedChild } from "../children/child.ts";
import { type Event, initial, type Message, type State } from "./state.ts";

/** Failures of the world after which an upload fails for good. */
const TRIES_MAX = 6;
const RETRY_FIRST_MS = 10_000;
const RETRY_LONGEST_MS = 600_000;
/** Answers that wait for what the object store has. */
const COMPLETING = "complete";
const CANCELLING = "cancel";

const EXPIRED = { code: "upload_expired", detail: "The upload was not finished in time." };
const BROKEN = { code: "internal", detail: "The video could not be processed; please upload it again." };

export class Video implements Actor<State, Message, Event, never> {
  constructor(
    private readonly children: readonly EquippedChild[],
    private readonly video: AwakeVideo,
  ) {}

  initial() {
    return initial();
  }

  /** What an earlier owner tried may have failed with its node: it is tried at once. */
  revive(saved: unknown): State {
    const state = saved as State;
    return state.phase === "working" ? { ...state, retryAtMs: null } : state;
  }

  decide(state: State, message: Message, nowMs: number): Decision<Event, never> {
    switch (message.type) {
      case "complete":
        return complete(state);
      case "cancel":
        return cancel(state);
      case "expiryRead":
        return state.phase === "uploading" && state.expiresAtMs === null
          ? { events: [{ type: "expiryRead", expiresAtMs: message.expiresAtMs }] }
          : {};
      case "unknown":
        return state.phase === "uploading" ? { events: [{ type: "givenUp", failure: null, media: true }] } : {};
      case "expired":
        return state.phase === "uploading" ? { events: [{ type: "givenUp", failure: EXPIRED, media: true }] } : {};
      case "completed":
        return completed(state, message);
      case "worked":
        return state.phase === "working" ? worked(state, message.end, nowMs) : {};
      case "retryDue":
        return state.phase === "working" && state.retryAtMs !== null ? { events: [{ type: "retrying" }] } : {};
      case "cleared":
        return state.phase === "clearing" ? { events: [{ type: "cleared" }], answers: { [CANCELLING]: null } } : {};
      default:
        throw new Refusal("validation_failed", "unknown verb");
    }
  }

  evolve(state: State, event: Event): State {
    switch (event.type) {
      case "expiryRead":
        return { phase: "uploading", expiresAtMs: event.expiresAtMs };
      case "completing":
        return { phase: "completing", expiresAtMs: state.phase === "uploading" ? state.expiresAtMs : null };
      case "stayedOpen":
        return { phase: "uploading", expiresAtMs: state.phase === "completing" ? state.expiresAtMs : null };
      case "stored":
        return { phase: "working", tries: 0, retryAtMs: null };
      case "tried":
        return { phase: "working", tries: state.phase === "working" ? state.tries + 1 : 1, retryAtMs: event.retryAtMs };
      case "retrying":
        return state.phase === "working" ? { ...state, retryAtMs: null } : state;
      case "givenUp":
        return { phase: "clearing", failure: event.failure, media: event.media };
      case "cleared":
        return { phase: "over", failed: state.phase === "clearing" && state.failure !== null };
    }
  }

  runs(state: State): Runs<Message> {
    const children = this.children.flatMap((child) => child(state, this.video));
    return { timers: timersOf(state), children: Object.fromEntries(children) };
  }

  perform() {}

  reads() {
    return false;
  }

  wakeAtMs(state: State): number | null {
    if (state.phase === "over") return null;
    return state.phase === "uploading" && state.expiresAtMs !== null ? state.expiresAtMs : 0;
  }
}

function timersOf(state: State): NonNullable<Runs<Message>["timers"]> {
  if (state.phase === "uploading" && state.expiresAtMs !== null)
    return { expiry: { dueMs: state.expiresAtMs, rings: { type: "expired" } } };
  if (state.phase === "working" && state.retryAtMs !== null)
    return { retry: { dueMs: state.retryAtMs, rings: { type: "retryDue" } } };
  return {};
}

function complete(state: State): Decision<Event, never> {
  switch (state.phase) {
    case "uploading":
      return { park: COMPLETING, events: [{ type: "completing" }] };
    case "completing":
      return { park: COMPLETING };
    case "working":
      return { reply: { type: "stored" } };
    case "clearing":
    case "over":
      return { reply: (state.phase === "over" ? state.failed : state.failure) ? { type: "over" } : { type: "stored" } };
  }
}

/** Whatever it was doing, nothing of it is left. */
function cancel(state: State): Decision<Event, never> {
  if (state.phase === "over") return { reply: null };
  if (state.phase === "clearing") return { park: CANCELLING };
  return {
    park: CANCELLING,
    events: [{ type: "givenUp", failure: null, media: true }],
    answers: { [COMPLETING]: { type: "over" } },
  };
}

function completed(state: State, { answer }: Extract<Message, { type: "completed" }>): Decision<Event, never> {
  if (state.phase !== "completing") return {};
  const answers = { [COMPLETING]: answer };
  switch (answer.type) {
    case "stored":
      return { answers, events: [{ type: "stored" }] };
    case "incomplete":
      return { answers, events: [{ type: "stayedOpen" }] };
    case "over":
      return { answers, events: [{ type: "givenUp", failure: EXPIRED, media: true }] };
    case "refused":
      return {
        answers,
        events: [{ type: "givenUp", failure: { code: "not_as_declared", detail: answer.detail }, media: true }],
      };
  }
}

function worked(
  { tries }: Extract<State, { phase: "working" }>,
  end: Extract<Message, { type: "worked" }>["end"],
  nowMs: number,
): Decision<Event, never> {
  switch (end.type) {
    case "ready":
      return { events: [{ type: "givenUp", failure: null, media: false }] };
    case "gone":
      return { events: [{ type: "givenUp", failure: null, media: true }] };
    case "refused":
      return { events: [{ type: "givenUp", failure: { code: end.code, detail: end.detail }, media: true }] };
    case "broke":
      if (tries + 1 >= TRIES_MAX) return { events: [{ type: "givenUp", failure: BROKEN, media: true }] };
      return {
        events: [{ type: "tried", retryAtMs: nowMs + Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 4 ** tries) }],
      };
  }
}
