// An encoder goes, or a broadcast ends.

import { Refusal } from "#runtime/actor/actor.ts";
import { type PublishAnswer, type SessionRef, sessionKey } from "#schema/wire/channel.ts";
import type { Effect, Fresh, Outcome } from "./messages.ts";
import { type EndReason, type Event, isOnAir, type Session, type State } from "./state.ts";

/** How long an ended broadcast stays readable, with ENDLIST. */
const OVER_KEPT_MS = 60_000;
/** What an encoder publishes within this time after its broadcast was ended is a preview: OBS reconnects by itself. */
const PREVIEW_AFTER_END_MS = 10 * 60_000;
const announce: Effect = { type: "announce" };

/** Name under which a publish request is parked until our own pull is attached. */
export const awaiting = (session: SessionRef) => `publish ${sessionKey(session)}`;

export const answerOf = ({ publicName }: Session): PublishAnswer => ({ publicName });

/** Answers a publish hook that still waits. */
export const unparked = (state: State): Pick<Outcome, "answers"> =>
  isOnAir(state) && state.awaitsPull ? { answers: { [awaiting(state.session)]: answerOf(state.session) } } : {};

/** `drop`: the encoder is also dropped at nginx, and its pull is not kept. */
export const encoderLost = (state: State, nowMs: number, drop: boolean): Outcome => ({
  events: [{ type: "encoderLost", atMs: nowMs, drop }],
  effects: [announce],
  ...unparked(state),
});

/** The broadcast ends with the encoder's last moment, `atMs`. It stays readable from `keepFromMs` on. */
export const encoderGone = (
  atMs: number,
  { keepFromMs, drop = false }: { keepFromMs: number; drop?: boolean },
): Event & { type: "ended" } => ({
  ...{ type: "ended", atMs, keepUntilMs: keepFromMs + OVER_KEPT_MS, drop, why: "encoder_gone" },
});

/** The grace of a lost encoder is over. */
export const graceOver = ({ sinceMs }: { sinceMs: number }, nowMs: number): Outcome => ({
  events: [encoderGone(sinceMs, { keepFromMs: nowMs })],
  effects: [announce],
});

/** The streamer or the staff stops the broadcast. Throws Refusal `not_publishing`. */
export function stop(state: State, { preview = true }: { preview?: boolean }, nowMs: number): Outcome {
  if (state.phase === "offline") throw new Refusal("not_publishing");
  return dropped(state, { why: "stopped", preview, nowMs });
}

/** Ends the broadcast and drops its encoder. `preview`: what it publishes soon after is a preview; default true. */
export function dropped(
  state: State,
  { why, detail, preview = true, nowMs }: { why: EndReason; detail?: string; preview?: boolean; nowMs: number },
): Outcome {
  const ended = {
    type: "ended",
    atMs: nowMs,
    keepUntilMs: nowMs + OVER_KEPT_MS,
    drop: true,
    why,
    ...(detail !== undefined && { detail }),
    ...(preview && { previewUntilMs: nowMs + PREVIEW_AFTER_END_MS }),
  } as const;
  return { events: [ended], effects: [announce], ...unparked(state) };
}

/** The streamer ends the preview and goes on air. Throws Refusal `not_publishing`. */
export function start(state: State, { fresh: { broadcastId } }: { fresh: Fresh }, nowMs: number): Outcome {
  if (!isOnAir(state)) throw new Refusal("not_publishing");
  if (state.phase !== "preview") return {};
  return { events: [{ type: "started", broadcastId, atMs: nowMs }], effects: [announce] };
}
