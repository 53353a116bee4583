// When a keyframe is asked for. Browsers send none by themselves, and each costs the quality of the pictures around it.
//
//   no picture yet, or pictures were lost ──► at once, then each 0.5 s, until one comes
//   pictures come ──► 2 s after the last one: viewers begin, and segments end, at keyframes

/** While nothing can be shown. */
export const MISSING_PAUSE_MS = 500;
/** While pictures come. */
export const USUAL_PAUSE_MS = 2_000;
/** A keyframe was lost again at once: the line is bad, and a further one makes it worse. */
const AFTER_KEYFRAME_MS = 1_000;

export class KeyframeRequests {
  #isMissing = true;
  #askedMs = Number.NEGATIVE_INFINITY;
  #cameMs = Number.NEGATIVE_INFINITY;
  #unheard = 0;

  /** Requests since the last keyframe. */
  get unheard() {
    return this.#unheard;
  }

  /** What follows cannot be decoded without one. */
  get isMissing() {
    return this.#isMissing;
  }

  lost() {
    this.#isMissing = true;
  }

  came(nowMs: number) {
    this.#isMissing = false;
    this.#cameMs = nowMs;
    this.#unheard = 0;
  }

  /** True: ask now. Call it often. */
  due(nowMs: number): boolean {
    const sinceAskedMs = nowMs - this.#askedMs;
    const sinceCameMs = nowMs - this.#cameMs;
    const isDue = this.#isMissing
      ? sinceAskedMs >= MISSING_PAUSE_MS && sinceCameMs >= AFTER_KEYFRAME_MS
      : Math.min(sinceAskedMs, sinceCameMs) >= USUAL_PAUSE_MS;
    return isDue && this.#ask(nowMs);
  }

  /** Somebody begins to show it: whatever came before was not seen. */
  now(nowMs: number): boolean {
    return this.#ask(nowMs);
  }

  #ask(nowMs: number): boolean {
    this.#askedMs = nowMs;
    this.#unheard++;
    return true;
  }
}
