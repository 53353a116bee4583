// Revoked tokens. All edges learn of a revocation by the bus at once, and by the table within 2 s.
//
// The revocation of a device or a personal access token is final. The revocation of a user voids all tokens that were issued before it, by
// the database's clock; a token that is issued later has the changes.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Sql } from "#schema/database.ts";
import { addRevocations, type Revoked, recentRevocations } from "#schema/queries/accounts/revocations.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Who } from "./who.ts";

/** `stale`: the client can get a valid token by refreshing. `ended`: the device was signed out or the personal access token deleted. */
export type Validity = "valid" | "stale" | "ended";

export interface Revocations {
  validity(who: Pick<Who, "userId" | "deviceId" | "tokenId" | "issuedAtMs">): Validity;
  isVoid(who: Pick<Who, "userId" | "deviceId" | "tokenId" | "issuedAtMs">): boolean;
  /**
   * Voids all tokens issued so far to these users, devices or personal access tokens: at this edge at once, at others within 2 s. To be
   * called after the change itself is stored. Throws when the database is away.
   */
  revoke(...subjectIds: string[]): Promise<void>;
  /** Reads the table now, and not only at the next poll. */
  refresh(): Promise<void>;
  stop(): void;
}

interface RevocationsOptions {
  sql: Sql;
  bus: Bus;
  clock: Clock;
  log: Log;
}

const POLL_MS = 2_000;
/** Statements end within 5 s, so a row with an older time becomes visible within this time. */
const OVERLAP_MS = 30_000;
/** Longer than the lifetime of an access token. */
const KEPT_MS = 20 * 60_000;

export function createRevocations({ sql, bus, clock, log }: RevocationsOptions): Revocations {
  const voidSince = new Map<string, { atMs: number; forgetAtMs: number }>();
  /** Monotonic time of the last successful read. */
  let readAtMs: number | null = null;

  const listening = bus.subscribe(subjects.revoked, (body) => {
    for (const one of readRevoked(body)) remember(one);
  });
  const failure = "revocations cannot be read";
  const stopPolling = poll({ clock, log, everyMs: POLL_MS, failure, look: refresh, atOnce: true });

  function remember({ subject, atMs }: Revoked) {
    const known = voidSince.get(subject);
    const forgetAtMs = clock.monoMs() + KEPT_MS;
    if (!known || known.atMs < atMs) voidSince.set(subject, { atMs, forgetAtMs });
  }

  async function refresh() {
    const startMs = clock.monoMs();
    const withinMs = readAtMs === null ? KEPT_MS : Math.min(KEPT_MS, startMs - readAtMs + OVERLAP_MS);
    for (const one of await recentRevocations(sql, Math.ceil(withinMs))) remember(one);
    readAtMs = startMs;
    for (const [subject, { forgetAtMs }] of voidSince) if (forgetAtMs < startMs) voidSince.delete(subject);
  }

  function validity({ userId, deviceId, tokenId, issuedAtMs }: Parameters<Revocations["validity"]>[0]): Validity {
    if (voidSince.size === 0) return "valid";
    if (deviceId !== null && voidSince.has(deviceId)) return "ended";
    if (tokenId !== null && voidSince.has(tokenId)) return "ended";
    const all = voidSince.get(userId);
    return all && issuedAtMs <= all.atMs ? "stale" : "valid";
  }

  return {
    validity,
    isVoid: (who) => validity(who) !== "valid",
    async revoke(...subjectIds) {
      if (subjectIds.length === 0) return;
      const revoked = await addRevocations(sql, subjectIds);
      for (const one of revoked) remember(one);
      bus.publish(subjects.revoked, revoked);
    },
    refresh,
    stop() {
      stopPolling();
      void listening.drain().catch(() => undefined); // The link may be down, and the subscription with it.
    },
  };
}

/** Ignores malformed entries: a newer edge may send other ones. */
function readRevoked(body: unknown): Revoked[] {
  if (!Array.isArray(body)) return [];
  return body.filter(
    (one): one is Revoked => typeof one?.subject === "string" && isUuid(one.subject) && typeof one.atMs === "number",
  );
}
