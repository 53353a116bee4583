// People as staff look at them.

import type { Role } from "../../api/auth.ts";
import type { Sql } from "../../database.ts";
import { isLogin, isUuid } from "../../wire/ids.ts";
import { suspendedNow } from "../people/suspensions.ts";

/** In any case; no ids. */
export async function userByLogin(sql: Sql, login: string): Promise<{ id: string; role: Role } | null> {
  if (!isLogin(login)) return null;
  const [row] = await sql<
    { id: string; role: Role }[]
  >`SELECT id, role FROM users WHERE login = ${login.toLowerCase()}`;
  return row ?? null;
}

export interface StaffUserRow {
  id: string;
  login: string;
  displayName: string;
  email: string;
  role: Role;
  createdAt: Date;
  suspended: boolean;
  suspensionReason: string | null;
  suspendedUntil: Date | null;
}

export interface UsersQuestion {
  /** Part of login or display name, or a whole e-mail address. */
  q: string | null;
  role: Role | null;
  suspended: boolean | null;
  /** Of the last one of the page before. */
  beforeId: string | null;
  limit: number;
}

/** Newest first. */
export function usersLike(sql: Sql, { q, role, suspended, beforeId, limit }: UsersQuestion): Promise<StaffUserRow[]> {
  const like = q === null ? null : `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<StaffUserRow[]>`
    SELECT ${userColumns(sql)} FROM users u
    WHERE true
      ${like === null ? sql`` : sql`AND (u.login ILIKE ${like} OR u.display_name ILIKE ${like} OR u.email = lower(${q}))`}
      ${role === null ? sql`` : sql`AND u.role = ${role}`}
      ${suspended === null ? sql`` : suspended ? sql`AND ${suspendedNow(sql, "u")}` : sql`AND NOT ${suspendedNow(sql, "u")}`}
      ${beforeId === null ? sql`` : sql`AND u.id < ${beforeId}`}
    ORDER BY u.id DESC LIMIT ${limit}`;
}

export interface StaffUserDetail extends StaffUserRow {
  emailVerified: boolean;
  twoFactor: boolean;
  hasPassword: boolean;
  providers: string[];
  channelId: string;
  channelTitle: string;
  followers: number;
  channelSuspended: boolean;
  channelSuspensionReason: string | null;
  channelSuspendedUntil: Date | null;
}

/** `reference`: a login in any case, or an id. */
export async function staffUser(sql: Sql, reference: string): Promise<StaffUserDetail | null> {
  const name = reference.toLowerCase();
  if (!isUuid(name) && !isLogin(name)) return null;
  const [row] = await sql<StaffUserDetail[]>`
    SELECT ${userColumns(sql)}, u.email_verified_at IS NOT NULL AS "emailVerified",
      u.totp_confirmed_at IS NOT NULL AS "twoFactor", u.password_hash IS NOT NULL AS "hasPassword",
      ARRAY(SELECT provider FROM identities WHERE user_id = u.id ORDER BY provider) AS providers,
      c.id AS "channelId", c.title AS "channelTitle", c.followers,
      ${suspendedNow(sql, "c")} AS "channelSuspended", c.suspension_reason AS "channelSuspensionReason",
      c.suspended_until AS "channelSuspendedUntil"
    FROM users u JOIN channels c ON c.user_id = u.id
    WHERE ${isUuid(name) ? sql`u.id = ${name}` : sql`u.login = ${name}`}`;
  return row ?? null;
}

export interface StaffSignIn {
  id: string;
  method: string;
  createdAt: Date;
  lastUsedAt: Date;
  userAgent: string;
  address: string;
}

/** Living ones, last used first. */
export function signInsForStaff(sql: Sql, userId: string, limit: number): Promise<StaffSignIn[]> {
  return sql<StaffSignIn[]>`
    SELECT id, method, created_at AS "createdAt", last_used_at AS "lastUsedAt", user_agent AS "userAgent", address
    FROM sign_ins WHERE user_id = ${userId} AND expires_at > now() ORDER BY last_used_at DESC LIMIT ${limit}`;
}

export interface ReportCounts {
  open: number;
  resolved: number;
  dismissed: number;
}

/** About them, their channel or their lines, and by them. */
export async function reportCounts(
  sql: Sql,
  { userId, channelId }: { userId: string; channelId: string },
): Promise<{ about: ReportCounts; by: ReportCounts }> {
  const counts = sql`
    count(*) FILTER (WHERE status = 'open')::int AS open, count(*) FILTER (WHERE status = 'resolved')::int AS resolved,
    count(*) FILTER (WHERE status = 'dismissed')::int AS dismissed`;
  const [about] = await sql<ReportCounts[]>`
    SELECT ${counts} FROM reports
    WHERE target_id IN (${userId}, ${channelId}) OR (kind = 'line' AND evidence->'user'->>'id' = ${userId})`;
  const [by] = await sql<ReportCounts[]>`SELECT ${counts} FROM reports WHERE reporter_id = ${userId}`;
  return { about: about!, by: by! };
}

const userColumns = (sql: Sql) => sql`
  u.id, u.login, u.display_name AS "displayName", u.email, u.role, u.created_at AS "createdAt",
  ${suspendedNow(sql, "u")} AS suspended, u.suspension_reason AS "suspensionReason", u.suspended_until AS "suspendedUntil"`;
