// What decides whether somebody may ask: their standing, and what they are in a channel. One look each.

import type { Role } from "../../api/user.ts";
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
  /** The channel or its owner, now. */
  channelSuspended: boolean;
  /** What the asker is in it, ownership apart. */
  roles: ("editor" | "moderator" | "vip" | "subscriber")[];
}

export interface Access {
  /** Of the asker; null: a visitor, or an account that is gone. */
  standing: StandingRow | null;
  /** Null: no such channel. */
  channel: ChannelAccessRow | null;
}

/** A row of an outer join. */
type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null };

/** Both in one statement. `reference`: a login in any case, or an id. `askerId` null: a visitor. */
export async function accessTo(sql: Sql, reference: string, askerId: string | null): Promise<Access> {
  const name = reference.toLowerCase();
  const isId = isUuid(name);
  if (!isId && !isLogin(name))
    return { standing: askerId === null ? null : await standingOf(sql, askerId), channel: null };
  const [row] = await sql<[Nullable<ChannelAccessRow & StandingRow>]>`
    SELECT c.id, u.login, c.user_id AS "ownerUserId",
           ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS "channelSuspended",
           ARRAY(SELECT role FROM channel_roles WHERE channel_id = c.id AND user_id = a.id) AS roles,
           a.role, ${suspendedNow(sql, "a")} AS suspended, a.suspension_reason AS "suspensionReason",
           a.suspended_until AS "suspendedUntil"
    FROM (SELECT ${askerId}::uuid AS id) asker
    LEFT JOIN users a ON a.id = asker.id
    LEFT JOIN (channels c JOIN users u ON u.id = c.user_id)
      ON ${isId ? sql`c.id = ${name}` : sql`u.id = ${userOfLogin(sql, name)}`}`;
  const { id, login, ownerUserId, channelSuspended, roles, ...standing } = row;
  return {
    standing: standing.role === null ? null : (standing as StandingRow),
    channel: id === null ? null : ({ id, login, ownerUserId, channelSuspended, roles } as ChannelAccessRow),
  };
}
