// Watches how far a source's keyframes are apart, warns when viewers would wait long for a picture, and takes the warning back.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { SEGMENT_MAX_MS } from "../numbers/rhythm.ts";
import { KEYFRAME_INTERVAL_LONG_MS, problems } from "./problems.ts";

/** Short intervals in a row after which the warning is taken back. */
const SHORT_ENOUGH = 3;

interface KeyframesOwner {
  warned(problem: SourceProblem): void;
  cleared(code: SourceProblem["code"]): void;
}

export class Keyframes {
  #lastMs: number | null = null;
  #warned = false;
  #short = 0;
  /** Time between the last two keyframes; 0: not known yet. */
  intervalMs = 0;

  constructor(private readonly owner: KeyframesOwner) {}

  /** A picture at this presentation time has arrived. */
  add({ ptsMs, key }: { ptsMs: number; key: boolean }) {
    if (this.#lastMs === null) {
      if (key) this.#lastMs = ptsMs;
      return;
    }
    const sinceMs = ptsMs - this.#lastMs;
    // A source without any more keyframes is told of it too.
    if (key || (!this.#warned && sinceMs > SEGMENT_MAX_MS)) this.#judge(sinceMs);
    if (!key) return;
    this.intervalMs = sinceMs;
    this.#lastMs = ptsMs;
  }

  /** The time since the last keyframe says nothing, since pictures were missing. */
  interrupted() {
    this.#lastMs = null;
  }

  #judge(intervalMs: number) {
    const long = intervalMs > KEYFRAME_INTERVAL_LONG_MS;
    this.#short = long ? 0 : this.#short + 1;
    if (long && !this.#warned) {
      this.#warned = true;
      this.owner.warned(problems.longKeyframeInterval(intervalMs));
    } else if (this.#warned && this.#short >= SHORT_ENOUGH) {
      this.#warned = false;
      this.owner.cleared("long_keyframe_interval");
    }
  }
}
