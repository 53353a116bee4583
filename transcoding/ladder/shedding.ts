// When a running ladder gives up rungs: it lags although it was affordable, because the machine is slower or busier than expected.
//
//   level 0 ──late for LATE_MS──► level 1 ──late──► …      level: how many of the lowest rungs are left out (capacity.ts withoutLowest)
//      ▲───calm for pauseMs───────┘                        pauseMs doubles when the rung that came back had to go again

/** A lag of a rung over this is late: the packager gives such a rung gaps after about two segments. */
export const LAG_MAX_MS = 2_500;
/** A lag under this is calm. */
const LAG_CALM_MS = 1_000;
/** FFmpeg's start and a machine that stands still for a moment are no reason to shed. */
const LATE_MS = 5_000;
const PAUSE_FIRST_MS = 60_000;
const PAUSE_MAX_MS = 15 * 60_000;

/** Times are monotonic ms. */
export interface Shedding {
  /** Rungs left out. */
  level: number;
  /** The lag has been late without interruption since then; null: it is not late. */
  lateSinceMs: number | null;
  calmSinceMs: number | null;
  /** When a rung came back last. */
  restoredMs: number | null;
  /** How long it must be calm before a rung comes back. */
  pauseMs: number;
}

export const NOTHING_SHED: Shedding = {
  ...{ level: 0, lateSinceMs: null, calmSinceMs: null, restoredMs: null, pauseMs: PAUSE_FIRST_MS },
};

interface Observation {
  nowMs: number;
  /** 0 where no ladder runs because all rungs are shed: to be told each second or so all the same. */
  lagMs: number;
  /** How many rungs may be left out. */
  sheddable: number;
}

/** A changed level means: run the ladder anew. */
export function shed(state: Shedding, { nowMs, lagMs, sheddable }: Observation): Shedding {
  if (lagMs > LAG_MAX_MS) {
    const lateSinceMs = state.lateSinceMs ?? nowMs;
    const late = { ...state, lateSinceMs, calmSinceMs: null };
    if (nowMs - lateSinceMs < LATE_MS || state.level >= sheddable) return late;
    const again = state.restoredMs !== null && nowMs - state.restoredMs < state.pauseMs;
    const pauseMs = again
      ? Math.min(PAUSE_MAX_MS, state.pauseMs * 2)
      : state.level > 0
        ? state.pauseMs
        : PAUSE_FIRST_MS;
    return { ...late, level: state.level + 1, lateSinceMs: null, restoredMs: null, pauseMs };
  }
  const calmSinceMs = lagMs < LAG_CALM_MS ? (state.calmSinceMs ?? nowMs) : null;
  const calm = { ...state, lateSinceMs: null, calmSinceMs };
  if (state.level === 0 || calmSinceMs === null || nowMs - calmSinceMs < state.pauseMs) return calm;
  return { ...calm, level: Math.min(state.level, sheddable) - 1, restoredMs: nowMs, calmSinceMs: nowMs };
}
