// Long work in short turns: between two turns the event loop handles what has come from sockets and timers.

import type { Clock } from "./clock.ts";

/** Of one turn, over all that waits: what comes meanwhile waits this long at most. */
const TURN_MS = 4;

/** Works until it is done, or until `untilMs` (monotonic), at least a little. True: it is done. */
type TurnWork = (untilMs: number) => boolean;

export class Turns {
  /** Works in the order of their turns. */
  #waiting: TurnWork[] = [];
  #scheduled = false;
  #stopped = false;

  /** `broke` gets what a work threw; the work is over. `afterIo` calls `run` once, after everything that the event loop has got by now. */
  constructor(
    private readonly parts: {
      clock: Pick<Clock, "monoMs">;
      broke(error: unknown): void;
      afterIo?: (run: () => void) => void;
    },
  ) {}

  /** Begins after what the event loop has got by now, and works until it is done. */
  add(work: TurnWork) {
    if (this.#stopped) return;
    this.#waiting.push(work);
    this.#schedule();
  }

  /** Nothing works any more. May be called twice. */
  stop() {
    this.#stopped = true;
    this.#waiting = [];
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { afterIo = setImmediate } = this.parts;
    afterIo(() => this.#turn());
  }

  #turn() {
    this.#scheduled = false;
    const { clock } = this.parts;
    const untilMs = clock.monoMs() + TURN_MS;
    while (this.#waiting.length > 0 && clock.monoMs() < untilMs) {
      const work = this.#waiting.shift()!;
      if (!this.#isDone(work, untilMs)) this.#waiting.push(work);
    }
    if (this.#waiting.length > 0) this.#schedule();
  }

  #isDone(work: TurnWork, untilMs: number): boolean {
    try {
      return work(untilMs);
    } catch (error) {
      this.parts.broke(error);
      return true;
    }
  }
}
