// How each event changes a channel with an encoder on air.

import {
  type Always,
  alwaysOf,
  DROPPING_MAX,
  type Event,
  type KeptPull,
  type OnAir,
  type OnAirState,
  type State,
} from "./state.ts";

const TAKE_OVERS_KEPT = 10;
const WARNINGS_MAX = 10;

export function evolveOnAir(state: OnAirState, event: Event): State {
  const { dropping, takeOversAtMs, broadcast, session, attempt } = state;
  switch (event.type) {
    case "replaced":
      return {
        ...state,
        dropping: [...dropping, session].slice(-DROPPING_MAX),
        takeOversAtMs: [...takeOversAtMs, event.atMs].slice(-TAKE_OVERS_KEPT),
      };
    case "ready": {
      const fine = { readyAttempt: attempt, failures: 0, pullsFailed: 0, problem: null };
      const seen = withoutAbsence(state);
      return state.phase === "preview" ? { ...seen, ...fine } : { ...live(seen, event.atMs), ...fine };
    }
    case "encoderSeen":
      return withoutAbsence(state);
    case "started":
      return started(state, event);
    case "sourceSeen":
      return { ...state, source: event.info, reportsOverLimit: event.reportsOverLimit ?? 0 };
    case "warned":
      return withWarning(state, event);
    case "unwarned":
      return withoutWarnings(state, event.codes);
    case "problemSeen":
      return { ...state, problem: event.problem };
    case "problemOver":
      return { ...state, problem: null };
    case "failed":
      return { ...nextAttempt(state, event) };
    case "unfit":
      return { ...state, [event.why === "pulls fail" ? "unfitAtMs" : "silentAtMs"]: event.atMs };
    case "retried":
      return { ...state, pause: null, waitsSinceMs: event.atMs };
    case "encoderLost": {
      const drop = event.drop ? [...dropping, session].slice(-DROPPING_MAX) : dropping;
      const always: Always = { ...alwaysOf(state), dropping: drop };
      // Viewers have seen nothing, so there is no broadcast to continue.
      if (broadcast.liveAtMs === null) return { ...always, phase: "offline", over: null };
      const kept = event.drop ? null : keptPull(state);
      return {
        ...always,
        phase: "lost",
        broadcast,
        lastSession: session,
        sinceMs: event.atMs,
        ...(kept && { kept }),
      };
    }
    default:
      return state;
  }
}

function withoutAbsence(state: OnAirState): OnAirState {
  const { absence: _, ...seen } = state;
  return seen;
}

/** Viewers must see nothing from before the start, so the broadcast is another one than the preview. Its numbers rise over those of the
 *  preview, since the addresses of playlists stay. */
function started(state: OnAirState, { broadcastId: id, atMs }: Event & { type: "started" }): OnAirState {
  const { previewUntilMs: _, readyAttempt: __, ladder: ___, ...goesOn } = state;
  const { media, startNumber, clock } = state.broadcast;
  const attempt = state.attempt + 1;
  return {
    ...goesOn,
    phase: "starting",
    broadcast: {
      ...{ id, liveAtMs: null, media: null, startNumber: Math.max(startNumber, (media?.headNumber ?? -1) + 1) },
      ...(clock && { clock }),
    },
    ...{ attempt, firstAttempt: attempt, failures: 0, waitsSinceMs: atMs },
  };
}

function live(state: OnAirState, atMs: number): OnAirState {
  return { ...state, phase: "live", broadcast: { ...state.broadcast, liveAtMs: state.broadcast.liveAtMs ?? atMs } };
}

/** Null: no pull runs. */
function keptPull(air: OnAir): KeptPull | null {
  const { pause, attempt, firstAttempt, awaitsPull, readyAttempt, ladder, warnings, warnedUntilMs, source } = air;
  if (pause) return null;
  return {
    attempt,
    attached: !awaitsPull,
    warnings,
    source,
    ...(firstAttempt !== undefined && { firstAttempt }),
    ...(warnedUntilMs && { warnedUntilMs }),
    ...(readyAttempt !== undefined && { readyAttempt }),
    ...(ladder && { ladder }),
  };
}

function nextAttempt(state: OnAirState, event: Event & { type: "failed" }): OnAirState {
  const { ladder: _, ...rest } = state;
  return {
    ...rest,
    problem: event.problem ?? state.problem,
    pause: event.pause,
    failures: state.failures + 1,
    pullsFailed: event.pulled ? 0 : (state.pullsFailed ?? 0) + 1,
    attempt: state.attempt + 1,
  };
}

function withWarning(state: OnAirState, { problem, untilMs }: Event & { type: "warned" }): OnAirState {
  const { warnings, warnedUntilMs } = withoutWarnings(state, [problem.code]);
  return {
    ...state,
    warnings: [...warnings, problem].slice(-WARNINGS_MAX),
    warnedUntilMs: { ...warnedUntilMs, ...(untilMs !== undefined && { [problem.code]: untilMs }) },
  };
}

function withoutWarnings(state: OnAirState, codes: string[]): OnAirState {
  const left = Object.entries(state.warnedUntilMs ?? {}).filter(([code]) => !codes.includes(code));
  return {
    ...state,
    warnings: state.warnings.filter(({ code }) => !codes.includes(code)),
    warnedUntilMs: Object.fromEntries(left),
  };
}
