// Who asked an actor and has no answer yet: by idempotency id, by the name under which they are parked, and until when they wait.

import type { Clock } from "../base/clock.ts";
import { Deadlines, type Pending } from "../base/deadlines.ts";

export type Answer = { ok: true; value: unknown } | { ok: false; code: string; detail?: string; retryAfterMs?: number };

/** Somebody else owns the actor, or soon will: ask again. */
export const MOVED: Answer = { ok: false, code: "moved" };

export interface AskContext {
  /** Idempotency id: the same id gets the same answer. */
  id: string;
  deadlineMonoMs: number;
}

/** Somebody waits for the answer. */
export class Asked implements Pending {
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

  /** The first one counts. */
  answer(answer: Answer) {
    if (this.settled) return;
    this.settled = true;
    this.calls.settled(this);
    this.#resolve(answer);
  }
}

export class Calls {
  /** By idempotency id; a repeat joins the first. */
  readonly #underWay = new Map<string, Asked>();
  #parked: Map<string, Asked[]> | null = null;
  /** Made with the first call that waits. */
  #deadlines: Deadlines<Asked> | null = null;

  /** `late` answers a call whose deadline has come. */
  constructor(
    private readonly clock: Clock,
    private readonly late: (asked: Asked) => void,
  ) {}

  get size() {
    return this.#underWay.size;
  }

  find(id: string): Asked | undefined {
    return this.#underWay.get(id);
  }

  expect(context: AskContext): Asked {
    const asked = new Asked(this, context);
    this.#underWay.set(asked.id, asked);
    return asked;
  }

  /** From now on its deadline counts. Most reads are answered before that. */
  watch(asked: Asked) {
    this.#deadlines ??= new Deadlines(this.clock, this.#underWay, this.late);
    this.#deadlines.added(asked);
  }

  /** Called by `asked` itself. */
  settled({ id }: Asked) {
    this.#underWay.delete(id);
    this.#deadlines?.removed();
  }

  answerAll(answer: Answer) {
    this.#parked = null;
    for (const asked of [...this.#underWay.values()]) asked.answer(answer);
  }

  park(name: string, asked: Asked) {
    this.#parked ??= new Map();
    for (const [other, waiting] of this.#parked) if (waiting.every((w) => w.settled)) this.#parked.delete(other);
    this.#parked.set(name, [...(this.#parked.get(name) ?? []), asked]);
  }

  /** Takes out who is parked under the name. */
  unpark(name: string): Asked[] {
    const parked = this.#parked?.get(name) ?? [];
    this.#parked?.delete(name);
    return parked;
  }

  /** After decisions were taken back: those in `again` are decided upon anew, the others are parked as they were before. */
  parkAnew(before: readonly { name: string; asked: Asked }[], again: ReadonlySet<Asked | null>) {
    for (const [name, waiting] of this.#parked ?? [])
      this.#parked?.set(
        name,
        waiting.filter((asked) => !again.has(asked)),
      );
    for (const { name, asked } of before) if (!asked.settled && !again.has(asked)) this.park(name, asked);
  }
}
