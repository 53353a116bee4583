// The clock of a video: which moment of its pictures was live when. Positions in a video are media time, the sum of what its playlist lists, and
// never the time of the day: encoders come back, owners change, and both leave holes or lie a little over each other.

/** Media that run on without a step between the two clocks. */
interface Run {
  /** Wall time of its first picture, ms since 1970. */
  atMs: number;
  /** Media time of its first picture. */
  startMs: number;
  endMs: number;
}

/** Media whose dates are this far from where the run expects them begin a new one. Nobody hears or sees it, and dates are rounded. */
const STEP_MS = 5;

export class Timeline {
  readonly #runs: Run[] = [];

  /** Of the video so far. */
  get durationMs(): number {
    return this.#runs.at(-1)?.endMs ?? 0;
  }

  /** Runs that it needs: about as many as there were encoders and owners. */
  get size(): number {
    return this.#runs.length;
  }

  /** The next media, or a gap of this length, which the player passes through too. */
  add({ atMs, durationMs }: { atMs: number; durationMs: number }) {
    const last = this.#runs.at(-1);
    const startMs = this.durationMs;
    if (last && Math.abs(atMs - (last.atMs + startMs - last.startMs)) <= STEP_MS) last.endMs += durationMs;
    else this.#runs.push({ atMs, startMs, endMs: startMs + durationMs });
  }

  /** Where the video is at what was live at this wall time; where nothing was, at the end of what was before. Never falls while the wall time
   *  rises: where two runs have the same time, the later one has it. */
  mediaMs(wallMs: number): number {
    const run = this.#runs.findLast(({ atMs }) => atMs <= wallMs);
    return run ? Math.min(run.startMs + wallMs - run.atMs, run.endMs) : 0;
  }

  /** The first wall time of which `mediaMs` is not below `mediaMs`; null: the video ends before. */
  wallMs(mediaMs: number): number | null {
    const at = mediaMs <= 0 ? 0 : this.#runs.findIndex(({ endMs }) => mediaMs <= endMs);
    const run = this.#runs[at];
    if (!run) return null;
    const later = this.#runs.slice(at + 1).map(({ atMs }) => atMs);
    return later.reduce((least, atMs) => Math.min(least, atMs), run.atMs + Math.max(0, mediaMs) - run.startMs);
  }

  /** The wall times of what is shown, ms since 1970, in the order of the video. */
  get spans(): { fromMs: number; toMs: number }[] {
    return this.#runs.map(({ atMs, startMs, endMs }) => ({ fromMs: atMs, toMs: atMs + endMs - startMs }));
  }

  /** Wall time at which the last picture ends; null: there are no media. */
  get endsAtMs(): number | null {
    const ends = this.#runs.map(({ atMs, startMs, endMs }) => atMs + endMs - startMs);
    return ends.length === 0 ? null : ends.reduce((latest, end) => Math.max(latest, end));
  }
}
