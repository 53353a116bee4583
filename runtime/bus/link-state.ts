// State of a link, shared by all implementations of the bus: whether it is up, since when, and its listeners.

import type { Link } from "./bus.ts";

export class LinkState implements Link {
  up = true;
  generation = 1;
  sinceMs: number;
  heardMs: number;
  readonly #listeners = new Set<(up: boolean) => void>();

  constructor(nowMs: number) {
    this.sinceMs = this.heardMs = nowMs;
  }

  onChange(listener: (up: boolean) => void) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** `endRequests` rejects requests in flight; it runs before the listeners. Does nothing when the link is down. */
  goDown(endRequests: () => void) {
    if (!this.up) return;
    this.up = false;
    this.generation++;
    endRequests();
    for (const listener of [...this.#listeners]) listener(false);
  }

  comeUp(nowMs: number) {
    this.up = true;
    this.sinceMs = nowMs;
    for (const listener of [...this.#listeners]) listener(true);
  }
}
