// Sends a room's new entries to its sockets, in rounds: a round visits each socket once, and brings what the socket lacks by then.
// Rounds are cut into turns, so that lines, joins and acts of moderators do not wait for their end.
//
//   resting ──new entries, interval over──► in a round ──all visited──► resting
//      └─ interval not over ─► waiting ──timer, or many entries──┘

import type { Clock } from "#runtime/base/clock.ts";
import type { Turns } from "#runtime/base/turns.ts";
import type { FanOutPace } from "./fan-out-pace.ts";
import { writes } from "./metrics.ts";

/** So many new entries are not kept waiting: the ring has the newest thousand. */
const ENTRIES_WAITING_MAX = 250;
/** Between two frames to a socket that nobody looks at. */
const HIDDEN_INTERVAL_MS = 2_000;
/** Sockets that are visited between two looks at the clock. */
const VISITS = 16;

export interface Recipient {
  /** Sends the entries that the socket lacks, unless it has not read the earlier ones. Answers the number of writes. */
  catchUp(): number;
}

export interface FanOutParts {
  clock: Clock;
  turns: Turns;
  pace: FanOutPace;
  headSeq(): number;
}

export class FanOut {
  readonly #seen: Rounds;
  readonly #hidden: Rounds;

  constructor(parts: FanOutParts) {
    this.#seen = new Rounds(parts, (sockets) => parts.pace.intervalMs(sockets));
    this.#hidden = new Rounds(parts, () => HIDDEN_INTERVAL_MS);
  }

  /** `hidden`: nobody looks at it. May be called again with another value. */
  add(recipient: Recipient, hidden: boolean) {
    const [to, from] = hidden ? [this.#hidden, this.#seen] : [this.#seen, this.#hidden];
    from.recipients.delete(recipient);
    to.recipients.add(recipient);
  }

  remove(recipient: Recipient) {
    this.#seen.recipients.delete(recipient);
    this.#hidden.recipients.delete(recipient);
  }

  /** The room has new entries. */
  grown() {
    this.#seen.grown();
    this.#hidden.grown();
  }

  /** Nothing is sent any more. May be called twice. */
  stop() {
    this.#seen.stop();
    this.#hidden.stop();
  }
}

class Rounds {
  readonly recipients = new Set<Recipient>();
  #phase: "resting" | "waiting" | "in a round" | "stopped" = "resting";
  #startedMs = Number.NEGATIVE_INFINITY;
  /** The room's head when the last round began. */
  #startedSeq = 0;
  #cancelTimer = () => {};

  constructor(
    private readonly parts: FanOutParts,
    private readonly intervalMs: (sockets: number) => number,
  ) {}

  grown() {
    if (this.#phase === "resting") this.#next();
    else if (this.#phase === "waiting" && this.parts.headSeq() - this.#startedSeq >= ENTRIES_WAITING_MAX) this.#begin();
  }

  stop() {
    this.#phase = "stopped";
    this.#cancelTimer();
    this.recipients.clear();
  }

  #next() {
    if (this.recipients.size === 0) return;
    const { clock } = this.parts;
    const dueMs = this.#startedMs + this.intervalMs(this.recipients.size);
    const waitMs = dueMs - clock.monoMs();
    if (waitMs <= 0) return this.#begin();
    this.#phase = "waiting";
    this.#cancelTimer = clock.timer(waitMs, () => this.#begin());
  }

  #begin() {
    const { clock, turns, headSeq } = this.parts;
    this.#cancelTimer();
    this.#phase = "in a round";
    this.#startedMs = clock.monoMs();
    this.#startedSeq = headSeq();
    // The iterator of a set keeps its place while members come and go.
    const visits = this.recipients.values();
    turns.add((untilMs) => this.#visit(visits, untilMs));
  }

  /** True: the round is over. */
  #visit(visits: Iterator<Recipient>, untilMs: number): boolean {
    if (this.#phase === "stopped") return true;
    const { clock, pace, headSeq } = this.parts;
    const sinceMs = clock.monoMs();
    let nowMs = sinceMs;
    let count = 0;
    let isOver = false;
    do {
      for (let visited = 0; visited < VISITS && !isOver; visited++) {
        const { value, done } = visits.next();
        if (done) isOver = true;
        else count += value.catchUp();
      }
      nowMs = clock.monoMs();
    } while (!isOver && nowMs < untilMs);
    pace.wrote(count, nowMs - sinceMs);
    writes.inc(count);
    if (!isOver) return false;
    this.#phase = "resting";
    // Who was visited first may lack what came since.
    if (headSeq() > this.#startedSeq) this.#next();
    return true;
  }
}
