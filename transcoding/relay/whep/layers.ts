// Which rendition a viewer's line carries: lower when too much is lost or the viewer believes in less, higher again when all has been well for
// a while. Pure: it is told what was measured, and answers with a step.
//
//   steady ──bad for BAD_TICKS──► lower (and the pause before the next rise doubles)
//   steady ──well for the pause──► higher ──bad within TRIAL_MS──► lower

/** What a second of watching showed. */
export interface LineFacts {
  /** Worst share of packets lost, of the reports that came; null: none came. */
  fractionLost: number | null;
  /** Packets asked for again, of those sent. */
  nackRate: number;
  /** The newest estimate of the viewer, bits per second; null: it sends none. */
  rembBps: number | null;
}

export interface LayerRates {
  /** Bits per second of what is watched. */
  now: number;
  /** Of the next better rendition; null: there is none. */
  higher: number | null;
  hasLower: boolean;
}

export type LayerStep = "stay" | "lower" | "higher" | "hopeless";

/** Packets that are lost at random come again in time: 3 % are no reason for less. */
const LOST_BAD = 0.08;
const NACKS_BAD = 0.1;
const LOST_WELL = 0.02;
const NACKS_WELL = 0.04;
/** Estimates waver, and Chromium's begins low. */
const REMB_BAD = 0.7;
const REMB_WELL = 1.15;
const BAD_SECONDS = 3;
/** The estimate of a viewer that has just begun says nothing. */
const SETTLE_MS = 8_000;
const RISE_AFTER_MS = 20_000;
const RISE_AFTER_MAX_MS = 320_000;
/** Lost on the lowest rendition: nothing that we can send arrives. */
const LOST_HOPELESS = 0.3;
const HOPELESS_SECONDS = 10;

export class LayerChoice {
  #sinceMs: number;
  #wellSinceMs: number;
  #badSeconds = 0;
  #hopelessSeconds = 0;
  #riseAfterMs = RISE_AFTER_MS;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#wellSinceMs = nowMs;
  }

  /** To be called once a second. After `lower` or `higher` the caller says `changed`, when the other rendition is watched. */
  look(nowMs: number, facts: LineFacts, rates: LayerRates): LayerStep {
    const lost = facts.fractionLost ?? 0;
    this.#hopelessSeconds = lost >= LOST_HOPELESS && !rates.hasLower ? this.#hopelessSeconds + 1 : 0;
    if (this.#hopelessSeconds >= HOPELESS_SECONDS) return "hopeless";
    this.#badSeconds = this.#isBad(nowMs, facts, rates) ? this.#badSeconds + 1 : 0;
    if (!this.#isWell(facts, rates)) this.#wellSinceMs = nowMs;
    if (this.#badSeconds >= BAD_SECONDS && rates.hasLower) {
      this.#riseAfterMs = Math.min(RISE_AFTER_MAX_MS, 2 * this.#riseAfterMs);
      return "lower";
    }
    if (rates.higher !== null && nowMs - this.#wellSinceMs >= this.#riseAfterMs) return "higher";
    return "stay";
  }

  changed(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#wellSinceMs = nowMs;
    this.#badSeconds = 0;
  }

  #isBad(nowMs: number, { fractionLost, nackRate, rembBps }: LineFacts, { now }: LayerRates): boolean {
    if ((fractionLost ?? 0) > LOST_BAD || nackRate > NACKS_BAD) return true;
    return rembBps !== null && nowMs - this.#sinceMs >= SETTLE_MS && rembBps < REMB_BAD * now;
  }

  /** Whether the next better rendition may be tried. */
  #isWell({ fractionLost, nackRate, rembBps }: LineFacts, { higher }: LayerRates): boolean {
    if ((fractionLost ?? 0) > LOST_WELL || nackRate > NACKS_WELL) return false;
    return rembBps === null || higher === null || rembBps >= REMB_WELL * higher;
  }
}
