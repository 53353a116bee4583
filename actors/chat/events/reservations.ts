// What an act that is on its way has taken, so that a second one is refused before both are stored.

import { Refusal } from "#runtime/actor/actor.ts";

export class Reservations {
  readonly #taken = new Set<string>();

  /** What it answers gives it back. Throws Refusal of this code. */
  take(what: string, code: string): () => void {
    if (this.#taken.has(what)) throw new Refusal(code);
    this.#taken.add(what);
    return () => this.#taken.delete(what);
  }
}
