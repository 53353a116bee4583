// The runs that make a broadcast, one at a time: which is on, and which part comes next.

import type { Segment } from "../shelf/shelf.ts";
import { Run, type RunWorld } from "./attempt.ts";

let attempts = 0;

export class Runs {
  #current: Run | null = null;
  #nextAttempt: number;
  #ended = false;

  constructor(
    private readonly world: RunWorld,
    /** See PackagerOptions. */
    private readonly takeAttempt = () => ++attempts,
  ) {
    this.#nextAttempt = takeAttempt();
  }

  /** The newest; it may be over. Null before the first and after the last. */
  get current(): Run | null {
    return this.#current;
  }

  /** There will be none any more. */
  get ended() {
    return this.#ended;
  }

  /** A run that is not closed is. After `end` the new one is closed too. */
  begin({ session, baseMs }: { session: string; baseMs: number }): Run {
    this.#current?.close();
    const run = new Run(this.world, { session, baseMs, attempt: this.#nextAttempt });
    this.#nextAttempt = this.takeAttempt();
    if (this.#ended) run.close();
    else this.#current = run;
    return run;
  }

  /** The newest is closed, and there will be none any more. */
  end() {
    this.#current?.close();
    this.#current = null;
    this.#ended = true;
  }

  /** That part is being made, or is the first that will be. */
  isNext(rendition: string, { attempt, n }: { attempt: number; n: number }): boolean {
    if (this.#ended || !this.world.shelves.has(rendition)) return false;
    const run = this.#current;
    if (run && !run.over) return attempt === run.options.attempt && n === run.nextPart(rendition);
    return attempt === this.#nextAttempt && n === 0;
  }

  /** The part after the last that is listed. */
  hint(listed: Segment[]): { attempt: number; n: number } {
    const run = this.#current;
    if (!run || run.over) return { attempt: this.#nextAttempt, n: 0 };
    const { attempt } = run.options;
    const last = listed.findLast(({ parts }) => parts.length > 0)?.parts.at(-1);
    return { attempt, n: last?.attempt === attempt ? last.n + 1 : 0 };
  }
}
