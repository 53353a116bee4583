// Finds out that a connection has fallen silent although nobody has closed it: the machine at its other end is down, or the network is cut.
// It asks after a silence that is long for this connection, so that one on which much is said is known to be dead within two seconds, and one on
// which little is said costs nothing.
//
//   listening ──silent for long──► asking ──no answer──► gone
//        ▲───────anything comes────────┘

import type { ClientClock } from "./clock.ts";

/** Shortest and longest silence after which it asks. */
const ASK_AFTER_MS = { shortest: 1_000, longest: 15_000 };
/** A silence is long when it is this many times the usual longest one. */
const LONG = 2;
/** How much of the usual longest silence is forgotten with each thing that comes. */
const FORGET = 0.1;
/** Shortest and longest wait for an answer; between them, this many round trips. */
const ANSWER_MS = { shortest: 1_000, longest: 15_000 };
const ROUND_TRIPS = 4;
/** Each answer after which nothing else comes doubles the silence before the next question, so often at most. */
const DOUBLINGS_MAX = 4;
/** A connection that was given up within this time after another one: perhaps the other end was only slow, so the next one has twice as long. */
const AGAIN_WITHIN_MS = 30_000;
/** A timer this late: the page or the process stood still, and what has come is yet to be read. */
const LATE_MS = 500;

interface Events {
  /** Ask the other end for an answer. */
  ask(): void;
  /** It does not answer. `begin` starts anew. */
  gone(): void;
}

const between = (ms: number, { shortest, longest }: { shortest: number; longest: number }) =>
  Math.min(longest, Math.max(shortest, ms));

/** Of one connection after the other to the same server: what it learns about the way there stays. */
export class SilenceWatch {
  #heardMs = 0;
  /** Null: not asked. */
  #askedMs: number | null = null;
  #usualMs = ASK_AFTER_MS.longest;
  #roundTripMs = 0;
  /** Answers since anything came by itself. */
  #answers = 0;
  #patience = 1;
  #goneMs: number | null = null;
  /** Since when something is expected; null: it is not. */
  #awaitedMs: number | null = null;
  /** When the timer rings. */
  #dueMs = 0;
  #cancel = () => {};
  #runs = false;

  constructor(
    private readonly clock: Pick<ClientClock, "nowMs" | "after">,
    private readonly events: Events,
  ) {}

  /** A connection is open. */
  begin() {
    this.#runs = true;
    this.#heardMs = this.clock.nowMs();
    this.#askedMs = null;
    this.#awaitedMs = null;
    this.#answers = 0;
    this.#watch();
  }

  /** Something came. */
  heard() {
    if (!this.#runs) return;
    const nowMs = this.clock.nowMs();
    const silentMs = nowMs - this.#heardMs;
    this.#heardMs = nowMs;
    this.#awaitedMs = null;
    if (this.#askedMs !== null) {
      this.#roundTripMs = Math.max(nowMs - this.#askedMs, this.#roundTripMs * (1 - FORGET));
      this.#askedMs = null;
      this.#answers++;
      // What was asked for says nothing about what comes by itself.
      return this.#watch();
    }
    this.#answers = 0;
    this.#usualMs = Math.max(silentMs, this.#usualMs * (1 - FORGET));
    if (this.#goneMs !== null && nowMs - this.#goneMs >= AGAIN_WITHIN_MS) this.#patience = 1;
    // One timer for all that comes: it looks at the time when it rings.
    if (this.#askAtMs < this.#dueMs) this.#watch();
  }

  /** Something was sent that is answered at once, such as a line. */
  expect() {
    if (!this.#runs || this.#askedMs !== null) return;
    this.#awaitedMs ??= this.clock.nowMs();
    if (this.#askAtMs < this.#dueMs) this.#watch();
  }

  /** The connection is closed, or said to be silent for now. */
  end() {
    this.#runs = false;
    this.#cancel();
  }

  get #askAtMs() {
    const { shortest, longest } = ASK_AFTER_MS;
    const longMs = between(LONG * this.#usualMs, ASK_AFTER_MS) * 2 ** Math.min(DOUBLINGS_MAX, this.#answers);
    const askAtMs = this.#heardMs + Math.min(longest, longMs);
    return this.#awaitedMs === null ? askAtMs : Math.min(askAtMs, this.#awaitedMs + shortest);
  }

  #watch() {
    const askAtMs = this.#askAtMs;
    this.#ring(Math.max(0, askAtMs - this.clock.nowMs()), () =>
      this.clock.nowMs() < this.#askAtMs ? this.#watch() : this.#ask(),
    );
  }

  #ask() {
    this.#askedMs = this.clock.nowMs();
    this.#ring(this.#patience * between(ROUND_TRIPS * this.#roundTripMs, ANSWER_MS), () => this.#gone());
    this.events.ask();
  }

  #gone() {
    const nowMs = this.clock.nowMs();
    const isAgain = this.#goneMs !== null && nowMs - this.#goneMs < AGAIN_WITHIN_MS;
    this.#patience = isAgain ? Math.min(ANSWER_MS.longest / ANSWER_MS.shortest, 2 * this.#patience) : 2;
    this.#goneMs = nowMs;
    this.end();
    this.events.gone();
  }

  #ring(ms: number, then: () => void) {
    this.#cancel();
    this.#dueMs = this.clock.nowMs() + ms;
    const dueMs = this.#dueMs;
    this.#cancel = this.clock.after(ms, () => {
      if (this.clock.nowMs() - dueMs < LATE_MS) return then();
      this.#cancel = this.clock.after(LATE_MS, then);
    });
  }
}
