// Actors whose owner does not answer this process. While calls wait for such an actor, all nodes are asked again and again to wake it elsewhere.

import type { Clock } from "../base/clock.ts";
import { LruMap } from "../base/lru.ts";

/** An owner silent for this long may be paused or cut off. */
const SILENT_OWNER_MS = 1_000;
/** Between two requests for one actor. Its node counts as dead from one moment on, and until then each request costs a ping. */
const AGAIN_MS = 250;
/** A silence that no call has met for this long says nothing about the owner of now. */
const FORGOTTEN_AFTER_MS = 30_000;
const ACTORS_MAX = 10_000;
/** Requests of this process at once, over all actors. Above it an actor waits AGAIN_MS for its next turn. */
const REQUESTS_MAX = 64;

interface Silence {
  sinceMs: number;
  lastMs: number;
}

interface SilentOwnersOptions {
  clock: Clock;
  /** Calls to the actor wait in this process. */
  isCalled(at: string): boolean;
  /** Asks all nodes once. True: the actor is awake at a node that lives. */
  wakeElsewhere(at: string): Promise<boolean>;
}

export class SilentOwners {
  readonly #silences = new LruMap<string, Silence>(ACTORS_MAX);
  readonly #waking = new Map<string, Promise<boolean>>();
  #requests = 0;

  constructor(private readonly options: SilentOwnersOptions) {}

  answered(at: string) {
    this.#silences.delete(at);
  }

  /** A request sent at `sentMonoMs` timed out. */
  unanswered(at: string, sentMonoMs: number) {
    const nowMs = this.options.clock.monoMs();
    const known = this.#silences.get(at);
    const goesOn = known && nowMs - known.lastMs < FORGOTTEN_AFTER_MS;
    this.#silences.set(at, { sinceMs: goesOn ? known.sinceMs : sentMonoMs, lastMs: nowMs });
  }

  /** Shared by all calls to the actor. Resolves with true when the actor is awake elsewhere, with false when there is no need any more.
   *  Null: its owner is not silent. */
  waking(at: string): Promise<boolean> | null {
    const pending = this.#waking.get(at);
    if (pending) return pending;
    const silence = this.#silences.get(at);
    const nowMs = this.options.clock.monoMs();
    if (!silence || nowMs - silence.sinceMs < SILENT_OWNER_MS || nowMs - silence.lastMs > FORGOTTEN_AFTER_MS)
      return null;
    const waking = this.#wake(at).finally(() => this.#waking.delete(at));
    this.#waking.set(at, waking);
    return waking;
  }

  async #wake(at: string): Promise<boolean> {
    const { clock, isCalled } = this.options;
    while (isCalled(at) && this.#silences.get(at)) {
      if (this.#requests < REQUESTS_MAX && (await this.#ask(at))) {
        this.#silences.delete(at); // The new owner's silence counts anew.
        return true;
      }
      await clock.sleep(AGAIN_MS);
    }
    return false;
  }

  async #ask(at: string): Promise<boolean> {
    this.#requests++;
    try {
      return await this.options.wakeElsewhere(at);
    } finally {
      this.#requests--;
    }
  }
}
