// The pictures of one init: when each is decoded and how long it lasts, before the next one is known.
//
// A duration is foretold from the newest steps. What it falls short is made good by the next picture: that one is decoded where the last one
// ended, a little before it is shown, and lasts as much longer. So decode times have no gaps, and presentation times stay exact. A player
// would drop everything up to a keyframe behind a gap of more than twice a duration (Media Source Extensions §3.5.8).

/** A longer gap is a hole of the source, and stays one: up to the next keyframe players wait anyway. */
const BRIDGE_MAX_MS = 900;
/** The newest steps that count. */
const STEPS_MAX = 4;
/** A picture is shown at most so many steps after it is decoded (16 references), and a little before. */
const COMPOSITION_STEPS_MAX = 17;
const COMPOSITION_MIN_MS = -2_000;
const COMPOSITION_MAX_MS = 2_000;

export interface PicturePlace {
  decodeMs: number;
  durationMs: number;
  /** Presentation minus decode time. */
  compositionMs: number;
}

export class PictureLine {
  #last: { atMs: number; endMs: number } | null = null;
  #steps: number[] = [];
  #compositionMs = 0;

  /** `fps`: what the source says; null: it does not. */
  constructor(private readonly fps: number | null) {}

  /** The place of a picture that the session's clock dates `atMs`, later than the one before, shown `compositionMs` later. */
  place(atMs: number, compositionMs: number, { key }: { key: boolean }): PicturePlace {
    const last = this.#last;
    if (last) this.#steps = [...this.#steps, atMs - last.atMs].slice(-STEPS_MAX);
    const shortestMs = Math.min(...this.#steps, this.#steps.length === 0 ? this.#saidMs : Number.POSITIVE_INFINITY);
    // A keyframe needs no bridge: what is more than a step before it may be seen as the hole it is.
    const bridgeMaxMs = key ? shortestMs : BRIDGE_MAX_MS;
    const follows = last !== null && last.endMs <= atMs && atMs - last.endMs <= bridgeMaxMs;
    const decodeMs = follows ? last.endMs : atMs;
    const endMs = atMs + shortestMs;
    this.#last = { atMs, endMs };
    return {
      decodeMs,
      durationMs: endMs - decodeMs,
      compositionMs: atMs - decodeMs + this.#trueComposition(compositionMs),
    };
  }

  /** As told, or as before when that cannot be true: a picture from the future would hold up all the others. */
  #trueComposition(toldMs: number): number {
    const max = Math.max(COMPOSITION_MAX_MS, COMPOSITION_STEPS_MAX * Math.max(this.#saidMs, ...this.#steps));
    if (toldMs >= COMPOSITION_MIN_MS && toldMs <= max) this.#compositionMs = toldMs;
    return this.#compositionMs;
  }

  get #saidMs(): number {
    return this.fps !== null && this.fps >= 1 && this.fps <= 240 ? Math.floor(1_000 / this.fps) : 33;
  }
}
