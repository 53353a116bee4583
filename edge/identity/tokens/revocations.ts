// Which access tokens are void before their end. Known to all edges within 2 s by the table, at once by the bus.
//
// A device's or a bot's token is void for good once its sign-in or its row has ended. Everything of a user is void that was
// issued before a moment, by the database's clock on both sides: what is issued afterwards says what has changed.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Sql } from "#schema/database.ts";
import { addRevocations, type Revoked, recentRevocations } from "#schema/queries/accounts/revocations.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Who } from "./who.ts";

/** `stale`: a newer token of the same sign-in is good. `ended`: nothing of this sign-in or bot is good any more. */
export type Standing = "good" | "stale" | "ended";

export interface Revocations {
  standing(who: Pick<Who, "userId" | "signInId" | "tokenId" | "issuedAtMs">): Standing;
  isVoid(who: Pick<Who, "userId" | "signInId" | "tokenId" | "issuedAtMs">): boolean;
  /**
   * Voids what was issued to these users, sign-ins or personal tokens so far: here at once, on other edges within 2 s. To be
   * called after the change itself is stored. Throws when the store is away.
   */
  revoke(...subjectIds: string[]): Promise<void>;
  /** Reads the table now; later by itself. */
  refresh(): Promise<void>;
  stop(): void;
}

export interface RevocationsOptions {
  sql: Sql;
  bus: Bus;
  clock: Clock;
  log: Log;
}

const POLL_MS = 2_000;
/** Statements end within 5 s, so a row that was written under an older moment is seen within this. */
const OVERLAP_MS = 30_000;
/** Longer than any access token lives. */
const REMEMBERED_MS = 20 * 60_000;

export function createRevocations({ sql, bus, clock, log }: RevocationsOptions): Revocations {
  const voidSince = new Map<string, { atMs: number; forgetAtMs: number }>();
  /** Monotonic time of the last look that succeeded. */
  let seenAtMs: number | null = null;

  const listening = bus.subscribe(subjects.revoked, (body) => {
    for (const one of readRevoked(body)) remember(one);
  });
  const failure = "revocations cannot be read";
  const stopPolling = poll({ clock, log, everyMs: POLL_MS, failure, look: refresh, atOnce: true });

  function remember({ subject, atMs }: Revoked) {
    const known = voidSince.get(subject);
    const forgetAtMs = clock.monoMs() + REMEMBERED_MS;
    if (!known || known.atMs < atMs) voidSince.set(subject, { atMs, forgetAtMs });
  }

  async function refresh() {
    const startMs = clock.monoMs();
    const withinMs = seenAtMs === null ? REMEMBERED_MS : Math.min(REMEMBERED_MS, startMs - seenAtMs + OVERLAP_MS);
    for (const one of await recentRevocations(sql, Math.ceil(withinMs))) remember(one);
    seenAtMs = startMs;
    for (const [subject, { forgetAtMs }] of voidSince) if (forgetAtMs < startMs) voidSince.delete(subject);
  }

  function standing({ userId, signInId, tokenId, issuedAtMs }: Parameters<Revocations["standing"]>[0]): Standing {
    if (voidSince.size === 0) return "good";
    if (signInId !== null && voidSince.has(signInId)) return "ended";
    if (tokenId !== null && voidSince.has(tokenId)) return "ended";
    const all = voidSince.get(userId);
    return all && issuedAtMs <= all.atMs ? "stale" : "good";
  }

  return {
    standing,
    isVoid: (who) => standing(who) !== "good",
    async revoke(...subjectIds) {
      if (subjectIds.length === 0) return;
      const revoked = await addRevocations(sql, subjectIds);
      for (const one of revoked) remember(one);
      bus.publish(subjects.revoked, revoked);
    },
    refresh,
    stop() {
      stopPolling();
      void listening.drain().catch(() => undefined); // The link may be gone by now, and the subscription with it.
    },
  };
}

/** Takes what is well-formed: a newer edge may say more. */
function readRevoked(body: unknown): Revoked[] {
  if (!Array.isArray(body)) return [];
  return body.filter(
    (one): one is Revoked => typeof one?.subject === "string" && isUuid(one.subject) && typeof one.atMs === "number",
  );
}
