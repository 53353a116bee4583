// The attempts that make a broadcast, one at a time: which is on, and which part comes next.

import type { Clock } from "#runtime/base/clock.ts";
import type { Segment } from "../shelf/shelf.ts";
import type { Timeline } from "../timeline.ts";
import { Attempt, type AttemptOwner, type AttemptStart } from "./attempt.ts";

let takes = 0;

interface AttemptsOptions {
  clock: Clock;
  timeline: Timeline;
  owner: AttemptOwner;
  /** See PackagerOptions. */
  nextTake?: (() => number) | undefined;
}

export class Attempts {
  #current: Attempt | null = null;
  #nextTake: number;
  #ended = false;
  readonly #takeNumber: () => number;

  constructor(private readonly options: AttemptsOptions) {
    this.#takeNumber = options.nextTake ?? (() => ++takes);
    this.#nextTake = this.#takeNumber();
  }

  /** The newest; it may be over. Null before the first and after the last. */
  get current(): Attempt | null {
    return this.#current;
  }

  /** There will be none any more. */
  get ended() {
    return this.#ended;
  }

  /** An attempt that is not closed is. After `end` the new one is closed too. */
  begin(start: AttemptStart): Attempt {
    this.#current?.close();
    const attempt = new Attempt({ ...this.options, ...start, take: this.#nextTake });
    this.#nextTake = this.#takeNumber();
    if (this.#ended) attempt.close();
    else this.#current = attempt;
    return attempt;
  }

  /** The newest is closed, and there will be none any more. */
  end() {
    this.#current?.close();
    this.#current = null;
    this.#ended = true;
  }

  /** That part is being made, or is the first that will be. */
  isNext(rendition: string, { take, n }: { take: number; n: number }): boolean {
    if (this.#ended || !this.options.timeline.shelves.has(rendition)) return false;
    const attempt = this.#current;
    if (attempt && !attempt.over) return take === attempt.take && n === attempt.nextPart(rendition);
    return take === this.#nextTake && n === 0;
  }

  /** The part after the last that is listed. */
  hint(listed: Segment[]): { take: number; n: number } {
    const attempt = this.#current;
    if (!attempt || attempt.over) return { take: this.#nextTake, n: 0 };
    const { take } = attempt;
    const last = listed.findLast(({ parts }) => parts.length > 0)?.parts.at(-1);
    return { take, n: last?.take === take ? last.n + 1 : 0 };
  }
}
