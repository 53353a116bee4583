// Keeps where people sign in from, as keyed hashes, so that a room can mark accounts that look like those of people it has banned. A change of
// the server's secret makes earlier traces worthless, and nobody can tell an address from its hash without the secret.

import { createHmac } from "node:crypto";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Sql } from "#schema/database.ts";
import { deleteOldTraces, keepTrace } from "#schema/queries/accounts/sign-in-traces.ts";
import { limitKey } from "../../gateway/requests/client-address.ts";
import type { Origin } from "../../gateway/requests/visit.ts";
import type { KeyRing } from "../tokens/key-ring.ts";

const HASH_BYTES = 16;
const SWEEP_EVERY_MS = 60 * 60_000;
/** Per statement, so that none takes long; the next sweep continues. */
const ROWS_MAX = 5_000;
const LANGUAGE_LENGTH_MAX = 100;

export interface SignInTraces {
  /** To be called at each sign-in and refresh. Never throws: nobody is kept out by it. */
  keep(userId: string, origin: Origin): Promise<void>;
}

interface SignInTracesParts {
  sql: Sql;
  keys: KeyRing;
  log: Log;
}

export function createSignInTraces({ sql, keys, log }: SignInTracesParts): SignInTraces {
  const key = keys.current.derive("sign-in traces");
  const hash = (what: string) =>
    new Uint8Array(createHmac("sha256", key).update(what).digest().subarray(0, HASH_BYTES));

  return {
    async keep(userId, { request, address }) {
      const { headers } = request;
      const language = (headers.get("accept-language") ?? "").slice(0, LANGUAGE_LENGTH_MAX);
      // A program without a name is like no other.
      const device = headers.get("user-agent") || userId;
      const [addressHash, deviceHash] = [hash(`address ${limitKey(address)}`), hash(`device ${language} ${device}`)];
      await keepTrace(sql, { userId, addressHash, deviceHash }).catch((error) =>
        log.warn({ user: userId, reason: reason(error) }, "trace of a sign-in was not kept"),
      );
    },
  };
}

/** Every edge sweeps. Returns stop. */
export const sweepSignInTraces = ({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): (() => void) =>
  poll({
    clock,
    log,
    everyMs: SWEEP_EVERY_MS,
    failure: "traces of sign-ins were not swept",
    look: async () => void (await deleteOldTraces(sql, { limit: ROWS_MAX })),
  });
