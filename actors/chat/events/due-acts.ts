// What is due in a room by time, done as acts of the room itself: one at a time, and what fails is due again.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Act } from "#schema/wire/room.ts";

/** What is due and could not be done is tried again after this time. */
const RETRY_MS = 1_000;
/** The wall clock is looked at this often while something is to come. */
const LOOK_EVERY_MS = 10_000;

interface DueActsOptions {
  channelId: string;
  clock: Clock;
  log: Log;
  nowMs(): number;
  /** When something is due next, in ms since 1970; null: nothing is to come. */
  nextMs(): number | null;
  /** Does what needs no act, and answers the act that is due; null: none. */
  due(nowMs: number): Act | null;
  /** Stores an act of the room itself. Rejects with a Refusal. */
  act(act: Act): Promise<unknown>;
}

export class DueActs {
  #stopped = false;
  #doing = false;
  #cancel = () => {};

  constructor(private readonly options: DueActsOptions) {}

  /** To be called when what is to come has changed. */
  look(delayMs = 0) {
    const { clock, nowMs, nextMs } = this.options;
    this.#cancel();
    const dueMs = this.#stopped ? null : nextMs();
    if (dueMs === null) return;
    const waitMs = Math.max(delayMs, Math.min(dueMs - nowMs(), LOOK_EVERY_MS));
    this.#cancel = clock.timer(Math.max(0, waitMs), () => this.#doDue());
  }

  /** Without effect while another act is on its way. */
  do(act: Act) {
    if (this.#doing) return;
    this.#doing = true;
    const { act: store, log, channelId } = this.options;
    store(act)
      .catch((error: unknown) =>
        log.warn({ channel: channelId, act: act.act, reason: reason(error) }, "room acts later"),
      )
      .finally(() => {
        this.#doing = false;
        this.look(RETRY_MS);
      });
  }

  stop() {
    this.#stopped = true;
    this.#cancel();
  }

  #doDue() {
    const { nowMs, due } = this.options;
    const act = due(nowMs());
    if (act) this.do(act);
    this.look(this.#doing ? RETRY_MS : 0);
  }
}
