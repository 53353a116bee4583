// Looks up the channel of a stream key or publish ticket, by RTMP and by WHIP, with a limit on wrong ones per address over all edges, against
// guessing.
//
// A right key never counts. OBS retries a wrong key every 10 s, which the limit of some tens per minute never notices. An address above
// the limit is refused without a query, until its token bucket holds a token again: by default after two seconds.

import { Refusal } from "#runtime/actor/actor.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import type { OpenedChannel } from "#schema/queries/channels/stream-keys.ts";
import { isPublishTicket, isStreamKey } from "../channels/stream-key.ts";
import type { Limit, Limiter } from "../gateway/limits/limiter.ts";
import { limitKey } from "../gateway/requests/client-address.ts";

/** Concurrent look-ups per address. A burst can exceed the limit by this many. */
const CONCURRENT_MAX = 8;
/** Look-ups per address that wait for their turn; a hundred encoders behind one address may come back at the same moment. */
const WAITING_MAX = 500;
/** A lockout of an address is logged once in this time. */
const LOG_EVERY_MS = 10 * 60_000;
/** Over all addresses: one attacker may have very many. */
const LOGS_PER_HOUR = 60;

export interface StreamKeyCheck {
  /** The channel of the key; null for a wrong key, which counts. Throws Refusal: `rate_limited`, without a query, after too many wrong
   *  keys from the address; `unavailable` when the turn came after `deadlineMonoMs`. */
  check(shown: ShownKey): Promise<OpenedChannel | null>;
  /** The same for a key that was checked before: it never counts. */
  recheck(shown: ShownKey): Promise<OpenedChannel | null>;
}

interface ShownKey {
  /** Or a publish ticket. */
  streamKey: string;
  /** The session that shows it: a ticket is good for one. */
  session: string;
  /** Of the encoder. */
  address: string;
  deadlineMonoMs: number;
}

export interface StreamKeyCheckParts {
  /** The channel of a key; null for a wrong key. */
  find(shown: Pick<ShownKey, "streamKey" | "session">): Promise<OpenedChannel | null>;
  clock: { monoMs(): number };
  limiter: Pick<Limiter, "take" | "peek">;
  /** Per minute and address; 0 = off. */
  wrongPerMinute: number;
  /** Called for an address that guesses keys, seldom. */
  onLockout(address: string): void;
}

export function createStreamKeyCheck(parts: StreamKeyCheckParts): StreamKeyCheck {
  const { find, clock, limiter, wrongPerMinute, onLockout } = parts;
  const wrongKeys: Limit = { name: "wrong-keys", count: wrongPerMinute, perMs: 60_000, whenAway: "memory" };
  const logs: Limit = { name: "wrong-keys-told", count: 1, perMs: LOG_EVERY_MS, whenAway: "memory" };
  const allLogs: Limit = {
    name: "wrong-keys-told-all",
    count: LOGS_PER_HOUR,
    perMs: 3_600_000,
    whenAway: "memory",
  };
  const lookups = new KeyedSemaphore({
    concurrentMax: CONCURRENT_MAX,
    waitingMax: WAITING_MAX,
    full: () => new Refusal("rate_limited"),
  });

  return {
    check: (shown) =>
      lookups.run(limitKey(shown.address), async () => {
        const channel = await lookUp(shown);
        if (!channel) await countWrongKey(shown.address);
        return channel;
      }),
    recheck: (shown) => lookups.run(limitKey(shown.address), () => lookUp(shown)),
  };

  async function lookUp({ streamKey, session, address, deadlineMonoMs }: ShownKey): Promise<OpenedChannel | null> {
    const verdict = await limiter.peek(wrongKeys, limitKey(address));
    if (verdict && !verdict.allowed) throw new Refusal("rate_limited", undefined, verdict.retryAfterMs);
    if (clock.monoMs() >= deadlineMonoMs) throw new Refusal("unavailable", "its turn came too late");
    return isStreamKey(streamKey) || isPublishTicket(streamKey) ? find({ streamKey, session }) : null;
  }

  async function countWrongKey(address: string) {
    const key = limitKey(address);
    const verdict = await limiter.take(wrongKeys, key);
    if (!verdict || (verdict.allowed && verdict.remaining > 0)) return;
    const mayLog = (await limiter.take(logs, key))?.allowed && (await limiter.take(allLogs, "all"))?.allowed;
    if (mayLog) onLockout(address);
  }
}
