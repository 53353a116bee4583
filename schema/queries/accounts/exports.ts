// Everything that is kept of one person, for them to read. No hashes, no secrets: those say nothing about a person.

import { STAFF_ACTS } from "../../api/audit.ts";
import type { Sql } from "../../database.ts";

/** Parts that are short: each has a bound of its own elsewhere, and one here for what may grow. */
const ROWS_MAX = 10_000;

/** Parts of an export that fit in memory, one after another: name and value. */
export async function* exportParts(sql: Sql, userId: string): AsyncGenerator<[name: string, value: unknown]> {
  const [user] = await sql`
    SELECT id, login, display_name AS "displayName", email, role, created_at AS "createdAt", email_verified_at AS "emailVerifiedAt",
      password_hash IS NOT NULL AS "hasPassword", totp_confirmed_at AS "twoFactorSince", login_changed_at AS "loginChangedAt",
      suspended_at AS "suspendedAt", suspended_until AS "suspendedUntil", suspension_reason AS "suspensionReason"
    FROM users WHERE id = ${userId}`;
  yield ["user", user ?? null];
  yield [
    "pastLogins",
    await sql`SELECT login, held_until AS "heldUntil" FROM past_logins WHERE user_id = ${userId} LIMIT ${ROWS_MAX}`,
  ];
  yield [
    "signIns",
    await sql`
      SELECT id, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt", user_agent AS "userAgent",
        address, method FROM sign_ins WHERE user_id = ${userId} ORDER BY created_at LIMIT ${ROWS_MAX}`,
  ];
  yield [
    "identities",
    await sql`SELECT provider, subject, name, created_at AS "createdAt" FROM identities WHERE user_id = ${userId}`,
  ];
  yield [
    "letters",
    await sql`
      SELECT purpose, email, created_at AS "createdAt", expires_at AS "expiresAt", used_at AS "usedAt"
      FROM email_tokens WHERE user_id = ${userId} ORDER BY created_at LIMIT ${ROWS_MAX}`,
  ];
  yield [
    "accessTokens",
    await sql`
      SELECT id, name, hint, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
      FROM access_tokens WHERE user_id = ${userId} ORDER BY id LIMIT ${ROWS_MAX}`,
  ];
  const [channel] = await sql`
    SELECT c.id, c.title, c.category, c.tags, c.language, c.mature, c.created_at AS "createdAt", c.updated_at AS "updatedAt",
      c.suspended_at AS "suspendedAt", c.suspension_reason AS "suspensionReason", k.hint AS "streamKeyHint",
      k.created_at AS "streamKeyCreatedAt"
    FROM channels c LEFT JOIN stream_keys k ON k.channel_id = c.id WHERE c.user_id = ${userId}`;
  yield ["channel", channel ?? null];
  yield [
    "channelRoles",
    await sql`
      SELECT r.channel_id AS "channelId", u.login AS "channel", r.role, r.created_at AS "createdAt"
      FROM channel_roles r JOIN channels c ON c.id = r.channel_id JOIN users u ON u.id = c.user_id
      WHERE r.user_id = ${userId} ORDER BY r.created_at LIMIT ${ROWS_MAX}`,
  ];
  yield [
    "follows",
    await sql`
      SELECT f.channel_id AS "channelId", u.login AS "channel", f.created_at AS "createdAt"
      FROM follows f JOIN channels c ON c.id = f.channel_id JOIN users u ON u.id = c.user_id
      WHERE f.user_id = ${userId} ORDER BY f.created_at LIMIT ${ROWS_MAX}`,
  ];
  yield [
    "blocks",
    await sql`
      SELECT b.blocked_user_id AS "userId", u.login, b.created_at AS "createdAt"
      FROM blocks b JOIN users u ON u.id = b.blocked_user_id WHERE b.user_id = ${userId} ORDER BY b.created_at LIMIT ${ROWS_MAX}`,
  ];
  yield [
    "reports",
    await sql`
      SELECT id, kind, target_id AS "targetId", reason, detail, status, created_at AS "createdAt"
      FROM reports WHERE reporter_id = ${userId} ORDER BY id LIMIT ${ROWS_MAX}`,
  ];
}

/** Parts of any length: so many rows after a place, and the place of the last. */
export interface ExportPage {
  rows: Record<string, unknown>[];
  /** Null: that was all. */
  next: string | null;
}

export type ExportLong = (
  sql: Sql,
  page: { userId: string; after: string | null; limit: number },
) => Promise<ExportPage>;

const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** What they said, in order of time. The place is `at id`. */
const lines: ExportLong = async (sql, { userId, after, limit }) => {
  const [at = "-infinity", id = FIRST_ID] = after?.split(" ") ?? [];
  const rows = await sql<{ place: string }[]>`
    SELECT channel_id AS "channelId", seq, id, at, body, action, reply_to AS "replyTo",
      to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.USZ') || ' ' || id AS place
    FROM chat_entries WHERE user_id = ${userId} AND at >= ${at}::text::timestamptz AND (at, id) > (${at}::text::timestamptz, ${id}::uuid)
    ORDER BY at, id LIMIT ${limit}`;
  return pageOf(rows, limit, ({ place }) => place);
};

const broadcasts: ExportLong = async (sql, { userId, after, limit }) => {
  const rows = await sql<{ id: string }[]>`
    SELECT b.id, b.title, b.phase, b.started_at AS "startedAt", b.ended_at AS "endedAt"
    FROM broadcasts b JOIN channels c ON c.id = b.channel_id
    WHERE c.user_id = ${userId} AND b.id > ${after ?? FIRST_ID} ORDER BY b.id LIMIT ${limit}`;
  return pageOf(rows, limit, ({ id }) => id);
};

/** Of what somebody did as staff, that they did it: whom they did it to, and why, is about others. */
const acts: ExportLong = async (sql, { userId, after, limit }) => {
  const rows = await sql<{ id: string }[]>`
    SELECT id, at, act, CASE WHEN others THEN '' ELSE target END AS target, address,
      CASE WHEN others THEN '{}' ELSE detail END AS detail
    FROM audit_log, LATERAL (SELECT act = ANY (${STAFF_ACTS as string[]}) AS others) o
    WHERE actor_id = ${userId} AND id > ${after ?? FIRST_ID} ORDER BY id LIMIT ${limit}`;
  return pageOf(rows, limit, ({ id }) => id);
};

export const EXPORT_LONG: readonly (readonly [name: string, read: ExportLong])[] = [
  ["broadcasts", broadcasts],
  ["chatLines", lines],
  ["acts", acts],
];

function pageOf<Row extends object>(rows: readonly Row[], limit: number, placeOf: (row: Row) => string): ExportPage {
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => {
      const { place: _, ...shown } = row as Row & { place?: string };
      return shown;
    }),
    next: last && rows.length === limit ? placeOf(last) : null,
  };
}
