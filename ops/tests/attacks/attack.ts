// What an attack is, and the count of what it sent and what answered: one that was not executed fails the run.

import type { Stage } from "./stage.ts";

export interface Attack {
  /** Of the list of attacks: `A-01` to `A-22`. Several rows may share one. */
  id: string;
  /** What must hold. */
  name: string;
  /** Takes long: `npm run test:long -- attacks` only. */
  slow?: true;
  /** With fewer sendings it was not executed. */
  atLeast: number;
  /** Resolves with what is worth telling; throws when something did not hold. */
  run(stage: Stage, tally: Tally): Promise<string | undefined>;
}

export class Tally {
  #sent = 0;
  readonly #answers = new Map<string, number>();

  sent(times = 1) {
    this.#sent += times;
  }

  answered(what: string | number, times = 1) {
    this.#answers.set(String(what), (this.#answers.get(String(what)) ?? 0) + times);
  }

  count(what: string | number): number {
    return this.#answers.get(String(what)) ?? 0;
  }

  /** Throws when too little was sent, or nothing ever answered. */
  mustBeExecuted(atLeast: number) {
    if (this.#sent < atLeast) throw new Error(`not executed: ${this.#sent} sent, ${atLeast} wanted`);
    if (this.#answers.size === 0) throw new Error("not executed: nothing answered");
  }

  toString() {
    const answers = [...this.#answers].sort(([a], [b]) => a.localeCompare(b));
    return `${this.#sent} sent; ${answers.map(([what, times]) => `${times} × ${what}`).join(", ")}`;
  }
}

/** Throws with all that did not hold. */
export function mustHold(faults: string[]) {
  if (faults.length > 0) throw new Error(`${faults.length} did not hold:\n${faults.slice(0, 20).join("\n")}`);
}
