// The attempts of a broadcast, one at a time: knows the current attempt and the next part.

import type { Clock } from "#runtime/base/clock.ts";
import type { Segment } from "../shelf/shelf.ts";
import type { Timeline } from "../timeline.ts";
import { Attempt, type AttemptOwner } from "./attempt.ts";
import type { AttemptStart } from "./sinks.ts";

let takes = 0;

interface AttemptsOptions {
  clock: Clock;
  timeline: Timeline;
  /** See PackagerOptions. */
  partMs: number;
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

  /** The newest attempt, which may be over. Null before the first and after `end`. */
  get current(): Attempt | null {
    return this.#current;
  }

  /** No attempt will follow. */
  get ended() {
    return this.#ended;
  }

  /** Begins an attempt, and closes the one before. After `end` the new attempt is closed at once. */
  begin(start: AttemptStart): Attempt {
    this.#current?.close();
    const attempt = new Attempt({ ...this.options, ...start, take: this.#nextTake });
    this.#nextTake = this.#takeNumber();
    if (this.#ended) attempt.close();
    else this.#current = attempt;
    return attempt;
  }

  /** Closes the newest attempt. No attempt will follow. */
  end() {
    this.#current?.close();
    this.#current = null;
    this.#ended = true;
  }

  /** The part is the next one of the current attempt, or the first one of the attempt to come. */
  isNext(rendition: string, { take, n }: { take: number; n: number }): boolean {
    const { timeline } = this.options;
    if (this.#ended || !timeline.shelves.has(rendition) || timeline.isWithdrawn(rendition)) return false;
    const attempt = this.#current;
    if (attempt && !attempt.over) return take === attempt.take && n === attempt.nextPart(rendition);
    return take === this.#nextTake && n === 0;
  }

  /** The part of a rendition after the last listed one. */
  hint(rendition: string, listed: Segment[]): { take: number; n: number } {
    const attempt = this.#current;
    if (!attempt || attempt.over) return { take: this.#nextTake, n: 0 };
    const { take } = attempt;
    const last = listed.findLast(({ parts }) => parts.length > 0)?.parts.at(-1);
    if (last?.take === take) return { take, n: last.n + 1 };
    // The next part may exist already, in a segment that may not be listed yet.
    const hidden = this.options.timeline.shelves.get(rendition)?.partsAfter(listed.at(-1)?.slot.number ?? -1) ?? [];
    return { take, n: hidden.find((part) => part.take === take)?.n ?? attempt.nextPart(rendition) };
  }
}
