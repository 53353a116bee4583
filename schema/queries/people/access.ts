// What a route's rule depends on: the state of the asker's account, and the asker's roles in a channel. One query for both.

import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { isLogin, isUuid } from "../../wire/ids.ts";
import { userOfLogin } from "../accounts/logins.ts";
import { suspendedNow } from "./suspensions.ts";

export interface AccountState {
  role: Role;
  suspended: boolean;
  suspensionReason: string | null;
  /** Null while `suspended`: until staff lifts the suspension. */
  suspendedUntil: Date | null;
}

/** Null: the account was deleted. */
export async function accountStateOf(sql: Sql, userId: string): Promise<AccountState | null> {
  const [row] = await sql<AccountState[]>`
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
  /** The channel or its owner is suspended now. */
  channelSuspended: boolean;
  /** The asker's roles in the channel. The channel owner has none. */
  roles: ("editor" | "moderator" | "vip" | "subscriber")[];
}

export interface Access {
  /** State of the asker's account; null: a visitor, or a deleted account. */
  account: AccountState | null;
  /** Null: no such channel. */
  channel: ChannelAccessRow | null;
}

/** A row of an outer join. */
type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null };

/** One statement for both. `reference`: a login in any letter case, or an id. `askerId` null: a visitor. */
export async function accessTo(sql: Sql, reference: string, askerId: string | null): Promise<Access> {
  const name = reference.toLowerCase();
  const isId = isUuid(name);
  if (!isId && !isLogin(name))
    return { account: askerId === null ? null : await accountStateOf(sql, askerId), channel: null };
  const [row] = await sql<[Nullable<ChannelAccessRow & AccountState>]>`
    SELECT c.id, u.login, c.user_id AS "ownerUserId",
           ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS "channelSuspended",
           ARRAY(SELECT role FROM channel_roles WHERE channel_id = c.id AND user_id = a.id) AS roles,
           a.role, ${suspendedNow(sql, "a")} AS suspended, a.suspension_reason AS "suspensionReason",
           a.suspended_until AS "suspendedUntil"
    FROM (SELECT ${askerId}::uuid AS id) asker
    LEFT JOIN users a ON a.id = asker.id
    LEFT JOIN (channels c JOIN users u ON u.id = c.user_id)
      ON ${isId ? sql`c.id = ${name}` : sql`u.id = ${userOfLogin(sql, name)}`}`;
  const { id, login, ownerUserId, channelSuspended, roles, ...account } = row;
  return {
    account: account.role === null ? null : (account as AccountState),
    channel: id === null ? null : ({ id, login, ownerUserId, channelSuspended, roles } as ChannelAccessRow),
  };
}
