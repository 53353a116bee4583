// Hashes passwords with bcrypt, off the main thread, a few at once, with a bounded queue.
// Bun first hashes a password that is longer than bcrypt's 72 bytes or has a NUL, so every byte counts.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, systemClock } from "#runtime/base/clock.ts";

interface PasswordOptions {
  /** bcrypt's work factor: 12 takes about 250 ms of one core. */
  cost?: number;
  /** Hashes at once. Default: one per core, 2 to 4. */
  atOnceMax?: number;
  /** Waiting requests; over it `busy`. */
  waitingMax?: number;
  /** A request that has waited longer is refused with `busy`: its client has probably given up, unlike those behind it. */
  waitMsMax?: number;
  clock?: Pick<Clock, "monoMs">;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** `hash` null, for an unknown user: false, and takes as long as a wrong password. */
  verify(password: string, hash: string | null): Promise<boolean>;
}

const COST = 12;
const WAITING_MAX = 40;
/** Half of a request's deadline. */
const WAIT_MS_MAX = 4_000;
const RETRY_AFTER_MS = 2_000;

export function createPasswords({
  cost = COST,
  atOnceMax = Math.min(4, Math.max(2, navigator.hardwareConcurrency)),
  waitingMax = WAITING_MAX,
  waitMsMax = WAIT_MS_MAX,
  clock = systemClock,
}: PasswordOptions = {}): Passwords {
  const waiting: { sinceMs: number; go(): void; refuse(error: Refusal): void }[] = [];
  let running = 0;

  async function queued<Value>(work: () => Promise<Value>): Promise<Value> {
    if (running >= atOnceMax) {
      if (waiting.length >= waitingMax) throw busy();
      // Takes over the slot of the work that ended.
      await new Promise<void>((go, refuse) => waiting.push({ sinceMs: clock.monoMs(), go, refuse }));
    } else running++;
    try {
      return await work();
    } finally {
      handOn();
    }
  }

  function handOn() {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (clock.monoMs() - next.sinceMs <= waitMsMax) return next.go();
      next.refuse(busy());
    }
    running--;
  }

  const hash = (password: string) =>
    queued(() => Bun.password.hash(normalPassword(password), { algorithm: "bcrypt", cost }));
  // Of a random text, with the same cost as all others.
  const dummy = hash(crypto.randomUUID());

  return {
    hash,
    async verify(password, stored) {
      const against = stored ?? (await dummy);
      const right = await queued(() => Bun.password.verify(normalPassword(password), against));
      return right && stored !== null;
    },
  };
}

const busy = () => new Refusal("busy", "too many sign-ins at once", RETRY_AFTER_MS);

/** Makes the same characters from different keyboards the same password (NIST SP 800-63B §5.1.1.2). */
export const normalPassword = (password: string) => password.normalize("NFKC");
