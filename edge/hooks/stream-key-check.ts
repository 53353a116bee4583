// Whom a stream key opens, and the end of guessing: wrong keys are counted by the encoder's address, over all edges.
//
// A right key never counts. OBS tries a wrong one again every 10 s, which no bucket of some tens a minute notices; who empties it is
// refused without a look at the store, and gets one more try each time the bucket has one again: two seconds later, by default.

import { Refusal } from "#runtime/actor/actor.ts";
import type { OpenedChannel } from "#schema/queries/channels/stream-keys.ts";
import { isStreamKey } from "../channels/stream-key.ts";
import type { Limit, Limiter } from "../gateway/limits/limiter.ts";
import { limitKey } from "../gateway/requests/client-address.ts";

/** Keys of one address that this edge looks up at once: so many more than the limit may be tried by those who come all together. */
const INSIDE_MAX = 8;
/** Those who wait for their turn; a hundred encoders behind one address may come back at once. */
const WAITING_MAX = 500;
/** A lockout is told of once in so long, whatever goes on from that address. */
const TOLD_EVERY_MS = 10 * 60_000;
/** Of all addresses together: somebody may have very many. */
const TOLD_PER_HOUR = 60;

export interface KeyDoor {
  /** Null: the key opens nothing, and counts. Throws Refusal `rate_limited`, without a look at the store, when too many wrong keys came
   *  from there, and `unavailable` for who got their turn after `deadlineMonoMs`. */
  open(asked: AskedKey): Promise<OpenedChannel | null>;
  /** The same for a key that was shown before: nothing counts. */
  openAgain(asked: AskedKey): Promise<OpenedChannel | null>;
}

export interface AskedKey {
  streamKey: string;
  /** Of the encoder. */
  address: string;
  deadlineMonoMs: number;
}

export interface KeyDoorParts {
  /** The owner of a key. */
  find(streamKey: string): Promise<OpenedChannel | null>;
  clock: { monoMs(): number };
  limiter: Pick<Limiter, "take" | "peek">;
  /** Per minute and address; 0 = off. */
  wrongPerMinute: number;
  /** Somebody at this address is guessing. Called seldom. */
  onLockout(address: string): void;
}

export function createKeyDoor({ find, clock, limiter, wrongPerMinute, onLockout }: KeyDoorParts): KeyDoor {
  const wrong: Limit = { name: "wrong-keys", count: wrongPerMinute, perMs: 60_000, whenAway: "memory" };
  const told: Limit = { name: "wrong-keys-told", count: 1, perMs: TOLD_EVERY_MS, whenAway: "memory" };
  const allTold: Limit = { name: "wrong-keys-told-all", count: TOLD_PER_HOUR, perMs: 3_600_000, whenAway: "memory" };
  const inTurn = createTurns();

  return {
    open: (asked) =>
      inTurn(limitKey(asked.address), async () => {
        const opened = await look(asked);
        if (!opened) await count(asked.address);
        return opened;
      }),
    openAgain: (asked) => inTurn(limitKey(asked.address), () => look(asked)),
  };

  async function look({ streamKey, address, deadlineMonoMs }: AskedKey): Promise<OpenedChannel | null> {
    const verdict = await limiter.peek(wrong, limitKey(address));
    if (verdict && !verdict.allowed) throw new Refusal("rate_limited", undefined, verdict.retryAfterMs);
    if (clock.monoMs() >= deadlineMonoMs) throw new Refusal("unavailable", "its turn came too late");
    return isStreamKey(streamKey) ? find(streamKey) : null;
  }

  async function count(address: string) {
    const who = limitKey(address);
    const verdict = await limiter.take(wrong, who);
    if (!verdict || (verdict.allowed && verdict.remaining > 0)) return;
    const isNews = await limiter.take(told, who);
    if (!isNews?.allowed) return;
    if ((await limiter.take(allTold, "all"))?.allowed) onLockout(address);
  }
}

/** Lets at most INSIDE_MAX of the same name work at once, the others in the order they came. */
function createTurns() {
  const lines = new Map<string, { inside: number; waiting: (() => void)[] }>();
  return async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    const line = lines.get(name) ?? { inside: 0, waiting: [] };
    lines.set(name, line);
    if (line.inside < INSIDE_MAX) line.inside++;
    else {
      if (line.waiting.length >= WAITING_MAX) throw new Refusal("rate_limited");
      await new Promise<void>((resolve) => line.waiting.push(resolve)); // Whoever goes leaves their place to us.
    }
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.inside === 0) lines.delete(name);
    }
  };
}
