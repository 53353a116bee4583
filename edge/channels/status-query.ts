// Asks a channel's actor for its status: one call at a time, with back-off after failures.

import { Refusal } from "#runtime/actor/actor.ts";
import { backoffMs } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";

/** Deadline of a call: long enough to find a dead owner and replace it. */
const ANSWER_MS = 5_000;
/** Between two calls. */
const PAUSES = { firstMs: 500, longestMs: 5_000 };

interface StatusQueryOptions {
  caller: Caller;
  clock: Clock;
  log: Log;
  channelId: string;
  /** Takes an answer, which may be older than the latest status. */
  onStatus(status: ChannelStatus): void;
  latest(): ChannelStatus | undefined;
}

export class StatusQuery {
  #running: Promise<ChannelStatus> | undefined;
  #failures = 0;
  #nextMs = 0;
  #refusal: Refusal | undefined;

  constructor(private readonly options: StatusQueryOptions) {}

  /** The latest status after the call. Rejects with a Refusal; during back-off that is the last one, without a call. */
  run(): Promise<ChannelStatus> {
    if (this.#running) return this.#running;
    const nowMs = this.options.clock.monoMs();
    if (this.#refusal && nowMs < this.#nextMs) return Promise.reject(this.#refusal);
    this.#nextMs = nowMs + PAUSES.firstMs;
    this.#running = this.#call().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Runs unless a call is running or the pause after the last one is not over. */
  runSoon() {
    if (this.#running || this.options.clock.monoMs() < this.#nextMs) return;
    this.run().catch(() => null); // Was logged.
  }

  /** A status has arrived: back-off ends. */
  reset() {
    this.#failures = 0;
    this.#refusal = undefined;
  }

  async #call(): Promise<ChannelStatus> {
    const { caller, channelId, onStatus, latest } = this.options;
    try {
      const message = { type: "describe" };
      const status = await caller.call<ChannelStatus>("channel", channelId, message, { timeoutMs: ANSWER_MS });
      onStatus(status);
      return latest() ?? status;
    } catch (error) {
      const refusal = this.#failed(error);
      const known = latest(); // May have been published meanwhile.
      if (known) return known;
      throw refusal;
    }
  }

  #failed(error: unknown): Refusal {
    const { clock, log, channelId } = this.options;
    this.#nextMs = clock.monoMs() + backoffMs(PAUSES, this.#failures++);
    this.#refusal = error instanceof Refusal ? error : new Refusal("unavailable", "the channel cannot be asked", 1_000);
    log.warn({ channel: channelId, reason: reason(error) }, "channel does not answer");
    return this.#refusal;
  }
}
