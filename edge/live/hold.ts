// Waiting for an origin: tries again when the channel's status changes or a pause is over, until something comes or the hold ends.

import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";

/** Between two tries of an origin that fails. A new status cuts one short. */
const RETRY_PAUSES = { firstMs: 100, longestMs: 800 };

interface HoldOptions<T> {
  clock: Clock;
  watches: ChannelWatches;
  channelId: string;
  /** In all. */
  holdMs: number;
  /** When one falls, nobody waits any more. */
  signals: readonly AbortSignal[];
  /** Gives the outcome, throws a final refusal, or says `again`. Its signal falls when the status names another place. */
  attempt(status: ChannelStatus, signal: AbortSignal): Promise<T | "again">;
}

/** Null when the hold ended without an outcome. */
export async function hold<T>(options: HoldOptions<T>): Promise<T | null> {
  const { clock, watches, channelId, signals, attempt } = options;
  let status = await watches.status(channelId);
  let round = new AbortController();
  let isOver = signals.some((signal) => signal.aborted);
  // By hand: Bun 1.4.5 never lets go of what AbortSignal.any hung on a signal that lives long.
  const end = () => {
    isOver = true;
    round.abort();
  };
  for (const signal of signals) signal.addEventListener("abort", end);
  const stopTimer = clock.timer(options.holdMs, end);
  const stopWatching = watches.watch(channelId, (newer) => {
    if (namesTheSame(status, newer)) return;
    status = newer;
    round.abort();
  });
  const pauses = new Backoff(RETRY_PAUSES);
  try {
    while (!isOver) {
      round = new AbortController();
      const outcome = await attempt(status, round.signal);
      if (outcome !== "again") return outcome;
      await pause(clock, pauses.nextMs(), round.signal);
      if (round.signal.aborted) pauses.reset();
    }
    return null;
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", end);
    stopTimer();
    stopWatching();
  }
}

function namesTheSame(a: ChannelStatus, b: ChannelStatus): boolean {
  return (
    a.epoch === b.epoch &&
    a.origin === b.origin &&
    a.broadcastId === b.broadcastId &&
    a.phase === b.phase &&
    a.ended === b.ended
  );
}

/** Resolves after `ms`, or as soon as the signal falls. */
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
