// An upload, a highlight and the end of a recording at a glance: phases, messages, timers and children.
//
//   uploading ── complete ──► completing ── all is there ──► working ── ready ──► clearing ──► over
//       │ ▲                      │                            │  ▲ │                  ▲
//       │ └── parts are missing ─┘                     broke └──┘ └── refused ────────┤
//       │ └── expired, cancelled ──────────────────────────────────────────────────────┘
//       ├── a highlight ──► copying ── refused, gone, broke too often ──► clearing
//       │                      └── copied ──┐
//       └── a recording that has ended ─────┴──► drawing ── drawn, given up ──► over

import { type Actor, type Decision, Refusal, type Runs } from "#runtime/actor/actor.ts";
import type { AwakeVideo, EquippedChild } from "../children/child.ts";
import { copied } from "./highlight.ts";
import { drawn, read } from "./recording.ts";
import { retryAtMs } from "./retry.ts";
import { type Event, initial, type Message, type State } from "./state.ts";

/** Failures of the world after which an upload fails for good. */
const TRIES_MAX = 6;
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
    return isTried(state) ? { ...state, retryAtMs: null } : state;
  }

  decide(state: State, message: Message, nowMs: number): Decision<Event, never> {
    switch (message.type) {
      case "complete":
        return complete(state);
      case "cancel":
        return cancel(state);
      case "read":
        return read(state, message.task);
      case "expired":
        return state.phase === "uploading" ? { events: [{ type: "givenUp", failure: EXPIRED, media: true }] } : {};
      case "completed":
        return completed(state, message);
      case "worked":
        return state.phase === "working" ? worked(state, message.end, nowMs) : {};
      case "copied":
        return state.phase === "copying" ? copied(state, message.end, nowMs) : {};
      case "drawn":
        return state.phase === "drawing" ? drawn(state, message.end, nowMs) : {};
      case "retryDue":
        return isPaused(state) ? { events: [{ type: "retrying" }] } : {};
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
      case "copying":
      case "drawing":
        return { phase: event.type, tries: 0, retryAtMs: null };
      case "completing":
        return { phase: "completing", expiresAtMs: state.phase === "uploading" ? state.expiresAtMs : null };
      case "stayedOpen":
        return { phase: "uploading", expiresAtMs: state.phase === "completing" ? state.expiresAtMs : null };
      case "stored":
        return { phase: "working", tries: 0, retryAtMs: null };
      case "tried":
        return isTried(state) ? { ...state, tries: state.tries + 1, retryAtMs: event.retryAtMs } : state;
      case "retrying":
        return isTried(state) ? { ...state, retryAtMs: null } : state;
      case "givenUp":
        return { phase: "clearing", failure: event.failure, media: event.media };
      case "cleared":
        return { phase: "over", failed: state.phase === "clearing" && state.failure !== null };
      case "done":
        return { phase: "over", failed: false };
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
  if (isPaused(state)) return { retry: { dueMs: state.retryAtMs, rings: { type: "retryDue" } } };
  return {};
}

type Tried = Extract<State, { tries: number }>;
const isTried = (state: State): state is Tried => "tries" in state;
const isPaused = (state: State): state is Tried & { retryAtMs: number } => isTried(state) && state.retryAtMs !== null;

function complete(state: State): Decision<Event, never> {
  switch (state.phase) {
    case "uploading":
      return { park: COMPLETING, events: [{ type: "completing" }] };
    case "completing":
      return { park: COMPLETING };
    case "working":
      return { reply: { type: "stored" } };
    case "copying":
    case "drawing":
      return { reply: { type: "over" } };
    case "clearing":
    case "over":
      return { reply: (state.phase === "over" ? state.failed : state.failure) ? { type: "over" } : { type: "stored" } };
  }
}

/** Whatever it was doing, nothing of it is left. */
function cancel(state: State): Decision<Event, never> {
  if (state.phase === "over") return { reply: null };
  if (state.phase === "drawing") return { reply: null, events: [{ type: "done" }] };
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
        events: [{ type: "tried", retryAtMs: retryAtMs(tries, nowMs) }],
      };
  }
}
