// The time in which no node ran a channel. It counts: what the saved state says of the world is that old, and is checked before it is shown.
//
//   row younger than 5 s     as it was
//   up to 30 s               as it was, until nginx says whether it has the encoder: any fail-over is done by then
//   up to the grace          shown as `lost` until then
//   longer                   shown as `offline` until then; an encoder that is gone, or another one, ends the broadcast

import { encoderGone } from "./endings.ts";
import { reduceEvents } from "./evolve.ts";
import type { Outcome } from "./messages.ts";
import { isOnAir, type OnAir, type OnAirState, type State } from "./state.ts";

/** A younger row is as good as new. */
const NEW_MS = 5_000;
/** Every fail-over is over, and the row of a channel with a picture is younger. */
const FAIL_OVER_MS = 30_000;

interface Absence {
  nowMs: number;
  /** Age of the row. */
  sinceSavedMs: number;
  graceMs: number;
}

/** The state of a new owner, whose row is `sinceSavedMs` old. */
export function afterAbsence(state: State, { nowMs, sinceSavedMs, graceMs }: Absence): State {
  if (state.phase === "lost" && nowMs >= state.sinceMs + graceMs)
    return reduceEvents(state, [encoderGone(state.sinceMs, { keepFromMs: state.sinceMs + graceMs })]);
  if (state.phase === "offline") return state;
  const { handedOver } = state.broadcast;
  const known = handedOver && handedOver.untilMs <= nowMs ? { ...state.broadcast, handedOver: null } : state.broadcast;
  const checked = { ...state, broadcast: known };
  if (!isOnAir(checked)) return checked;
  // An owner that could not find out has left the mark: the absence goes on.
  const sinceMs = checked.absence?.sinceMs ?? nowMs - sinceSavedMs;
  const forMs = nowMs - sinceMs;
  if (forMs <= NEW_MS) return checked;
  const shown = forMs >= graceMs ? "offline" : forMs > FAIL_OVER_MS ? "lost" : "as it was";
  return { ...checked, absence: { sinceMs, shown } };
}

/** nginx has the encoder. */
export function encoderSeen({ absence }: OnAir): Outcome {
  if (!absence) return {};
  return {
    events: [{ type: "encoderSeen" }],
    ...(absence.shown !== "as it was" && { effects: [{ type: "announce" }] }),
  };
}

/** A broadcast to which nobody could have published for longer than the grace is over since it was last seen. */
export const isLongOver = (state: State): state is OnAirState & { absence: NonNullable<OnAir["absence"]> } =>
  isOnAir(state) && state.absence?.shown === "offline";

/** The broadcast that is over; its encoder is dropped if nginx has it after all. */
export const longOver = ({ absence: { sinceMs } }: { absence: NonNullable<OnAir["absence"]> }): Outcome => ({
  events: [encoderGone(sinceMs, { keepFromMs: sinceMs, drop: true })],
  effects: [{ type: "announce" }],
});
