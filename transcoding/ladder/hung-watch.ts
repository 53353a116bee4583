// Tells a hung FFmpeg from a source that sends nothing: hung is what is fed and has no output.

/** Time is counted in looks, so that time in which this process itself stood still does not count. */
const HUNG_LOOKS = 20;
/** Before its first output FFmpeg may wait for a keyframe, which some encoders send every 10 s. */
const FIRST_OUTPUT_LOOKS = 40;
/** 2 s: a slow FFmpeg has output more often. */
const SILENT_LOOKS = 4;

export class HungWatch {
  #looks = 0;
  #offeredMs: number | null = null;
  #hasOutput = false;

  /** FFmpeg produced output. */
  moved() {
    this.#looks = 0;
    this.#hasOutput = true;
  }

  /** FFmpeg has been fed for a while without output: it may hang, and how far it lags says nothing of its speed. */
  get silent() {
    return this.#looks >= SILENT_LOOKS;
  }

  /** To be called every 500 ms; `offeredMs`: time of the newest picture that FFmpeg could have had. True: FFmpeg hangs. */
  look(offeredMs: number): boolean {
    if (offeredMs !== this.#offeredMs) this.#looks++;
    this.#offeredMs = offeredMs;
    return this.#looks >= (this.#hasOutput ? HUNG_LOOKS : FIRST_OUTPUT_LOOKS);
  }
}
