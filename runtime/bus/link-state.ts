// What every implementation of the bus keeps of its link: whether it is up, since when, and the listeners that are told.

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

  /** `endRequests` rejects what is under way, before listeners hear of it. Nothing happens to a link that is down. */
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
