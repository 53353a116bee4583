// Tickets to publish once, in place of a stream key. Only their hashes are stored. A ticket has 160 random bits, so a fast hash is enough.

import { createHash } from "node:crypto";
import type { Sql } from "../../database.ts";
import { drizzleOn, fromNow } from "../../drizzle.ts";
import { publishTickets } from "../../tables/channels.ts";
import { suspendedNow } from "../people/suspensions.ts";
import type { OpenedChannel } from "./stream-keys.ts";

/** The end of a publish is found by its ticket for this time. */
const USED_KEPT = "7 days";

interface NewPublishTicket {
  ticket: string;
  channelId: string;
  /** Null: RTMP says it. */
  encoder: string | null;
  /** Until it is used. */
  lifeMs: number;
}

export async function insertPublishTicket(sql: Sql, { ticket, lifeMs, ...given }: NewPublishTicket): Promise<void> {
  await drizzleOn(sql)
    .insert(publishTickets)
    .values({ ...given, hash: hashOf(ticket), expiresAt: fromNow(lifeMs) });
}

/**
 * The channel of a ticket, which only `by` can use from then on, as often as it asks: a hook of nginx may come twice, and another one says
 * that the publish is over. Null: not a ticket, used by somebody else, or too old for its first use.
 */
export async function usePublishTicket(
  sql: Sql,
  { ticket, by }: { ticket: string; by: string },
): Promise<OpenedChannel | null> {
  const [row] = await sql<OpenedChannel[]>`
    UPDATE publish_tickets t SET used_by = ${by}
    FROM channels c JOIN users u ON u.id = c.user_id
    WHERE t.hash = ${hashOf(ticket)} AND c.id = t.channel_id
      AND (t.used_by = ${by} OR (t.used_by IS NULL AND t.expires_at > now()))
    RETURNING c.id AS "channelId", c.user_id AS "userId", u.login,
      ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended, c.auto_start AS "autoStart", t.encoder`;
  return row ?? null;
}

/** Deletes at most `limit` tickets that nobody can use any more. Returns how many. */
export async function deleteOldPublishTickets(sql: Sql, { limit }: { limit: number }): Promise<number> {
  const rows = await sql`
    DELETE FROM publish_tickets WHERE hash IN (
      SELECT hash FROM publish_tickets
      WHERE expires_at < now() AND (used_by IS NULL OR expires_at < now() - ${USED_KEPT}::interval) LIMIT ${limit})`;
  return rows.count;
}

const hashOf = (ticket: string) => createHash("sha256").update(ticket).digest();
