// Actors that this node could not open: their rules throw on the saved state. Each attempt costs an epoch, so the next one has to wait.

import type { Clock } from "../base/clock.ts";
import { LruMap } from "../base/lru.ts";

/** The actor cannot be opened at this node now; another node, of another release, may be able to. */
export class CannotOpen extends Error {
  override readonly name = "CannotOpen";
  constructor(readonly retryAfterMs: number) {
    super("the actor cannot be opened here");
  }
}

/** Time to the next attempt of this node. */
export const OPEN_AGAIN_MS = 30_000;
/** Actors that are remembered; of more, the one that was asked for longest ago is tried again at once. */
const REMEMBERED_MAX = 10_000;

export class Unopenable {
  /** By address: when the actor may be tried again. */
  readonly #untilMonoMs = new LruMap<string, number>(REMEMBERED_MAX);

  constructor(private readonly clock: Clock) {}

  /** Null: it may be tried. */
  waitMs(at: string): number | null {
    const leftMs = (this.#untilMonoMs.get(at) ?? 0) - this.clock.monoMs();
    return leftMs > 0 ? leftMs : null;
  }

  /** True: the first failure since the actor was last opened here. */
  failed(at: string): boolean {
    const isFirst = this.#untilMonoMs.get(at) === undefined;
    this.#untilMonoMs.set(at, this.clock.monoMs() + OPEN_AGAIN_MS);
    return isFirst;
  }

  opened(at: string) {
    this.#untilMonoMs.delete(at);
  }
}
