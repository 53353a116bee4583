// Reads a broadcast from the origin that its channel's status names, and tries again while the owner is away or changes.

import { Refusal } from "#runtime/actor/actor.ts";
import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Broadcast } from "./broadcast.ts";
import { originRequests } from "./metrics.ts";
import { askOrigin, type OriginAnswer } from "./origin-request.ts";

/** Between two attempts. A new status ends a pause early. */
const RETRY_PAUSES = { firstMs: 100, longestMs: 800 };

interface OriginReaderOptions {
  clock: Clock;
  watches: ChannelWatches;
  /** How long one read waits for an owner. */
  holdMs: number;
  /** Aborted when the edge goes away. */
  closing: AbortSignal;
}

interface Attempt {
  status: ChannelStatus;
  /** Null while no owner can be asked. */
  origin: Origin | null;
}

export interface Origin {
  /** Requests a path of the broadcast. Aborted, with the answer `away`, when a status names another origin or the read is over. */
  ask(path: string): Promise<OriginAnswer>;
  /** For an answer that cannot be used: the channel's actor is asked soon whether the origin has changed. */
  doubt(): void;
}

export class OriginReader {
  constructor(private readonly options: OriginReaderOptions) {}

  /** The first attempt of a read comes at once, each next one after a pause or with a new status. They end after `holdMs`, when `ended` is
   *  aborted, and when the edge goes away. Throws the Refusal of a channel whose status is not known. */
  async *attempts(broadcast: Broadcast, ended: AbortSignal): AsyncGenerator<Attempt, void> {
    const { clock, watches, holdMs, closing } = this.options;
    const { channelId } = broadcast;
    const signals = [ended, closing];
    let status = await watches.status(channelId);
    let round = new AbortController();
    let isOver = signals.some((signal) => signal.aborted);
    const end = () => {
      isOver = true;
      round.abort();
    };
    // Not AbortSignal.any: Bun 1.4.5 never frees the listeners that it adds to a long-lived signal.
    for (const signal of signals) signal.addEventListener("abort", end);
    const stopTimer = clock.timer(holdMs, end);
    const stopWatching = watches.watch(channelId, (newer) => {
      if (isSamePlace(status, newer)) return;
      status = newer;
      round.abort();
    });
    const pauses = new Backoff(RETRY_PAUSES);
    try {
      while (!isOver) {
        round = new AbortController();
        yield { status, origin: this.#originOf(broadcast, status, round.signal) };
        await pause(clock, pauses.nextMs(), round.signal);
        if (round.signal.aborted) pauses.reset();
      }
    } finally {
      for (const signal of signals) signal.removeEventListener("abort", end);
      stopTimer();
      stopWatching();
    }
  }

  #originOf({ id, channelId }: Broadcast, { origin }: ChannelStatus, signal: AbortSignal): Origin | null {
    if (origin === null) return null;
    return {
      async ask(path) {
        const answer = await askOrigin(`${origin}/media/${id}/${path}`, signal);
        originRequests.inc({ outcome: answer.kind });
        return answer;
      },
      doubt: () => {
        if (!signal.aborted) this.options.watches.doubt(channelId);
      },
    };
  }
}

/** The refusal of a read whose attempts are over. */
export const noAnswer = () => new Refusal("unavailable", "the broadcast's origin does not answer", 1_000);

function isSamePlace(a: ChannelStatus, b: ChannelStatus): boolean {
  return (
    a.epoch === b.epoch &&
    a.origin === b.origin &&
    a.broadcastId === b.broadcastId &&
    a.phase === b.phase &&
    a.ended === b.ended
  );
}

/** Resolves after `ms`, or when the signal is aborted. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.timer(ms, done);
    signal.addEventListener("abort", done);
  });
}
