// The batch in flight: lines, or one act. What leaves it has its answer.

import { Refusal } from "#runtime/actor/actor.ts";
import type { NoncedLine } from "#schema/queries/chat/entries.ts";
import type { MadeAct, MadeAllow, Pending } from "./pending.ts";

export class Flight {
  #pending: Pending[] = [];
  /** What the act in flight becomes; null: lines are in flight. */
  made: MadeAct | MadeAllow | null = null;

  get pending(): readonly Pending[] {
    return this.#pending;
  }

  get first(): Pending | undefined {
    return this.#pending[0];
  }

  get isEmpty() {
    return this.#pending.length === 0;
  }

  has(pending: Pending) {
    return this.#pending.includes(pending);
  }

  start(batch: readonly Pending[]) {
    this.#pending = [...batch];
    this.made = null;
  }

  /** Empties it without an answer. */
  takeAll(): Pending[] {
    return this.#pending.splice(0);
  }

  /** Takes those out that have an outcome, and answers them. */
  settle(outcomeOf: (pending: Pending) => { id: string; seq: number } | Refusal | null) {
    const settled = new Map<Pending, { id: string; seq: number } | Refusal>();
    for (const pending of this.#pending) {
      const outcome = outcomeOf(pending);
      if (outcome) settled.set(pending, outcome);
    }
    this.#pending = this.#pending.filter((pending) => !settled.has(pending));
    for (const [pending, outcome] of settled) pending.settle(outcome);
  }

  /** Answers lines that are stored already, under another owner. `concerns`: only these. Returns how many it answered. */
  settleRepeats(stored: readonly NoncedLine[], concerns = (_: Pending) => true): number {
    const before = this.#pending.length;
    const byKey = new Map(stored.map((line) => [`${line.userId} ${line.nonce}`, line]));
    this.settle((pending) => {
      if (pending.kind !== "line" || !concerns(pending)) return null;
      const { user, nonce, body, action } = pending.line;
      const first = byKey.get(`${user.id} ${nonce}`);
      if (!first) return null;
      const isSame = first.body === body && first.action === action;
      return isSame ? { id: first.id, seq: first.seq } : new Refusal("nonce_reused");
    });
    return before - this.#pending.length;
  }
}
