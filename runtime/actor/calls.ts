// Unanswered calls of one actor, by idempotency id and by the name they are parked under, with their deadlines.

import type { Clock } from "../base/clock.ts";
import { Deadlines, type Pending } from "../base/deadlines.ts";

export type Answer = { ok: true; value: unknown } | { ok: false; code: string; detail?: string; retryAfterMs?: number };

/** Another node owns the actor or is about to: ask again. */
export const MOVED: Answer = { ok: false, code: "moved" };

export interface AskContext {
  /** Idempotency id: the same id gets the same answer. */
  id: string;
  deadlineMonoMs: number;
}

/** A call whose asker waits for the answer. */
export class Call implements Pending {
  readonly id: string;
  readonly deadlineMonoMs: number;
  readonly promise: Promise<Answer>;
  settled = false;
  #resolve!: (answer: Answer) => void;

  constructor(
    private readonly calls: Calls,
    { id, deadlineMonoMs }: AskContext,
  ) {
    this.id = id;
    this.deadlineMonoMs = deadlineMonoMs;
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Only the first answer counts. */
  answer(answer: Answer) {
    if (this.settled) return;
    this.settled = true;
    this.calls.settled(this);
    this.#resolve(answer);
  }
}

export class Calls {
  /** By idempotency id; a repeated call joins the first one. */
  readonly #inFlight = new Map<string, Call>();
  #parked: Map<string, Call[]> | null = null;
  /** Created with the first call that waits. */
  #deadlines: Deadlines<Call> | null = null;

  /** `late` answers a call whose deadline has passed. */
  constructor(
    private readonly clock: Clock,
    private readonly late: (call: Call) => void,
  ) {}

  get size() {
    return this.#inFlight.size;
  }

  find(id: string): Call | undefined {
    return this.#inFlight.get(id);
  }

  expect(context: AskContext): Call {
    const call = new Call(this, context);
    this.#inFlight.set(call.id, call);
    return call;
  }

  /** Starts to watch the deadline of a call. Most reads are answered before this is needed. */
  watch(call: Call) {
    this.#deadlines ??= new Deadlines(this.clock, this.#inFlight, this.late);
    this.#deadlines.added(call);
  }

  /** Called by `call` itself. */
  settled({ id }: Call) {
    this.#inFlight.delete(id);
    this.#deadlines?.removed();
  }

  answerAll(answer: Answer) {
    this.#parked = null;
    for (const call of [...this.#inFlight.values()]) call.answer(answer);
  }

  park(name: string, call: Call) {
    this.#parked ??= new Map();
    for (const [other, waiting] of this.#parked) if (waiting.every((w) => w.settled)) this.#parked.delete(other);
    this.#parked.set(name, [...(this.#parked.get(name) ?? []), call]);
  }

  /** Removes and returns the calls parked under the name. */
  unpark(name: string): Call[] {
    const parked = this.#parked?.get(name) ?? [];
    this.#parked?.delete(name);
    return parked;
  }

  /** After a roll-back: calls in `retries` will be decided again; every other call is parked as it was before. */
  restoreParked(before: readonly { name: string; call: Call }[], retries: ReadonlySet<Call | null>) {
    for (const [name, waiting] of this.#parked ?? [])
      this.#parked?.set(
        name,
        waiting.filter((call) => !retries.has(call)),
      );
    for (const { name, call } of before) if (!call.settled && !retries.has(call)) this.park(name, call);
  }
}
