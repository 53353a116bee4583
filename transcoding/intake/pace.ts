// Keeps session time beside the wall clock when the encoder's clock runs too slow, too fast, or a little wrong for days.
//
// All tracks are moved by one common shift, so sound and picture stay together. The shift follows the least lateness of the last 5 s:
//
//   off by ≤ 0.1 s   ─► rest: jitter
//   off by ≤ 1 s     ─► 1 ms a second, which nobody sees or hears: clocks that drift, a burst at the start
//   off by more      ─► as fast as the encoder runs wrong: its media is stretched or squeezed to the pace of the world
//   late by > 3 s, at true pace ─► at once: the encoder's clock stood while it was away
//
// Stretched and not cut: players would stop at each hole that a re-basing makes, at 0.6 × every few seconds, while in stretched media picture
// and sound merely run slow, as they come. For players it is one timeline without a discontinuity.

import type { ClockFact } from "./clock-facts.ts";
import { LATENESS_SPAN_MS, type Lateness } from "./lateness.ts";

const REST_MS = 100;
/** 0.1 %: ten times the drift of a bad crystal. */
const DRIFT_RATE = 0.001;
const OFF_MAX_MS = 1_000;
/** What is beyond OFF_MAX_MS goes within about this time. */
const RETURN_MS = 1_000;
/** The shift may go by this rate, and a quarter faster than the encoder runs wrong. */
const RATE_MIN = 0.1;
const STEP_MS = 3_000;
/** Pace by which an encoder is told that it is too slow or too fast, once its media is off by more than TELL_OFF_MS. */
const WRONG_SLOPE = 0.05;
const TELL_OFF_MS = 500;
const TELL_AFTER_MS = 2_000;
/** The warning is taken back after this time at a pace this close to true. */
const TRUE_SLOPE = 0.03;
const TRUE_AFTER_MS = 5_000;
const TELL_AGAIN_MS = 10_000;
const LOOK_EVERY_MS = 250;
const RECENT_MS = 1_000;

type Verdict = "onTime" | "slow" | "fast";

export class Pace {
  /** Added to the line of each track: whole ms, so that an owner that continues from a saved state rounds alike. */
  shiftMs = 0;
  /** How far dates are behind arrival now: of the last second, what was held up least. */
  lateMs = 0;
  #rate = 0;
  #rest = 0;
  #flowMs = 0;
  #lookedMs = 0;
  #verdict: Verdict = "onTime";
  #toldMs = 0;
  /** Since when another verdict would hold. */
  #otherSinceMs: number | null = null;

  constructor(private readonly tell: (fact: ClockFact) => void) {}

  /**
   * Tags have flowed up to `flowMs`. `tracks`: the lateness, before the shift, of those whose clock is used. Returns by how much session time
   * was moved at once, if it was.
   */
  flow(flowMs: number, tracks: Lateness[]): number {
    this.#rest += this.#rate * (flowMs - this.#flowMs);
    this.#flowMs = flowMs;
    const wholeMs = Math.trunc(this.#rest);
    this.#rest -= wholeMs;
    this.shiftMs += wholeMs;
    if (flowMs - this.#lookedMs < LOOK_EVERY_MS) return 0;
    this.#lookedMs = flowMs;
    return this.#look(tracks);
  }

  #look(tracks: Lateness[]): number {
    // A track that has stopped says nothing any more.
    const floorMs = least(tracks.map((track) => track.floorWithin(LATENESS_SPAN_MS, this.#flowMs)));
    this.#rate = 0;
    if (floorMs === null) {
      this.#judge(0, 0);
      return 0;
    }
    const offMs = floorMs - this.shiftMs;
    const running = tracks.filter((track) => track.floorWithin(LATENESS_SPAN_MS, this.#flowMs) !== null);
    const slope = gentlest(running.map((track) => track.slope));
    this.lateMs = Math.round(
      (least(tracks.map((track) => track.floorWithin(RECENT_MS, this.#flowMs))) ?? floorMs) - this.shiftMs,
    );
    this.#judge(offMs, slope ?? 0);
    if (offMs > STEP_MS && slope !== null && Math.abs(slope) < RATE_MIN) {
      const byMs = Math.round(offMs);
      this.shiftMs += byMs;
      this.lateMs -= byMs;
      return byMs;
    }
    this.#rate = rateFor(offMs, slope ?? 0);
    return 0;
  }

  #judge(offMs: number, slope: number) {
    const now = verdictOn(offMs, slope);
    const holds = now === this.#verdict || (now === "onTime" && Math.abs(slope) > TRUE_SLOPE);
    if (holds) this.#otherSinceMs = null;
    else this.#otherSinceMs ??= this.#flowMs;
    const heldMs = this.#otherSinceMs === null ? 0 : this.#flowMs - this.#otherSinceMs;
    const changed = !holds && heldMs >= (now === "onTime" ? TRUE_AFTER_MS : TELL_AFTER_MS);
    if (changed) {
      this.#verdict = now;
      this.#otherSinceMs = null;
    }
    const again = this.#verdict !== "onTime" && now === this.#verdict && this.#flowMs - this.#toldMs >= TELL_AGAIN_MS;
    if (!changed && !again) return;
    this.#toldMs = this.#flowMs;
    const speed = Math.round((1 - slope) * 100) / 100;
    if (this.#verdict === "onTime") this.tell({ fact: "encoderOnTime" });
    else this.tell({ fact: this.#verdict === "slow" ? "encoderTooSlow" : "encoderTooFast", speed });
  }
}

function least(floors: (number | null)[]): number | null {
  const known = floors.filter((floor) => floor !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** One track alone that runs wrong has another clock than the other: that is not the encoder's pace. */
function gentlest(slopes: (number | null)[]): number | null {
  const known = slopes.filter((slope) => slope !== null);
  return known.length === 0 ? null : known.reduce((a, b) => (Math.abs(a) <= Math.abs(b) ? a : b));
}

function verdictOn(offMs: number, slope: number): Verdict {
  if (slope > WRONG_SLOPE && offMs > TELL_OFF_MS) return "slow";
  return slope < -WRONG_SLOPE && offMs < -TELL_OFF_MS ? "fast" : "onTime";
}

/** How fast the shift goes, in ms per ms. */
function rateFor(offMs: number, slope: number): number {
  // What a stall held up catches up by itself.
  if (Math.abs(offMs) <= REST_MS || slope * Math.sign(offMs) < -WRONG_SLOPE) return 0;
  if (offMs > OFF_MAX_MS)
    return Math.min((offMs - OFF_MAX_MS) / RETURN_MS, Math.max(RATE_MIN, 1.25 * slope)) + DRIFT_RATE;
  if (offMs < -OFF_MAX_MS)
    return Math.max((offMs + OFF_MAX_MS) / RETURN_MS, Math.min(-RATE_MIN, 1.25 * slope)) - DRIFT_RATE;
  return Math.sign(offMs) * DRIFT_RATE;
}
