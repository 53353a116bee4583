// What decides whether somebody may ask: their standing, and what they are in a channel. One look each.

import type { Role } from "../../api/auth.ts";
import type { Sql } from "../../database.ts";
import { isLogin, isUuid } from "../../wire/ids.ts";
import { userOfLogin } from "../accounts/logins.ts";
import { suspendedNow } from "./suspensions.ts";

export interface StandingRow {
  role: Role;
  suspended: boolean;
  suspensionReason: string | null;
  /** Null while suspended: until staff lifts it. */
  suspendedUntil: Date | null;
}

/** Null: they are gone. */
export async function standingOf(sql: Sql, userId: string): Promise<StandingRow | null> {
  const [row] = await sql<StandingRow[]>`
    SELECT u.role, ${suspendedNow(sql, "u")} AS suspended, u.suspension_reason AS "suspensionReason",
           u.suspended_until AS "suspendedUntil"
    FROM users u WHERE u.id = ${userId}`;
  return row ?? null;
}

export interface ChannelAccessRow {
  id: string;
  /** Lower case. */
  login: string;
  ownerUserId: string;
  /** It or its owner, now. */
  suspended: boolean;
  /** What the asker is in it, ownership apart. */
  roles: ("editor" | "moderator" | "vip" | "subscriber")[];
}

/** `reference`: a login in any case, or an id. `askerId` null: a visitor. Null: no such channel. */
export async function channelAccess(
  sql: Sql,
  reference: string,
  askerId: string | null,
): Promise<ChannelAccessRow | null> {
  const name = reference.toLowerCase();
  const isId = isUuid(name);
  if (!isId && !isLogin(name)) return null;
  const [row] = await sql<ChannelAccessRow[]>`
    SELECT c.id, u.login, c.user_id AS "ownerUserId",
           ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended,
           ${askerId === null ? sql`'{}'::text[]` : sql`ARRAY(SELECT role FROM channel_roles WHERE channel_id = c.id AND user_id = ${askerId})`} AS roles
    FROM channels c JOIN users u ON u.id = c.user_id
    WHERE ${isId ? sql`c.id = ${name}` : sql`u.id = ${userOfLogin(sql, name)}`}`;
  return row ?? null;
}
