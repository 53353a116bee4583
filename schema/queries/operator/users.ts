// Users as staff see them.

import { and, asc, count, desc, eq, sql as expression, gt, inArray, isNotNull, or, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { ReportStatus } from "../../api/reports.ts";
import type { Role } from "../../api/user.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, listText, now } from "../../drizzle.ts";
import { identities, signIns, users } from "../../tables/accounts.ts";
import { channels } from "../../tables/channels.ts";
import { reports } from "../../tables/people.ts";
import { isLogin, isUuid } from "../../wire/ids.ts";
import { type SignInRow, signInColumns } from "../accounts/devices.ts";
import { isSuspended, SUSPENDED, suspendedNow } from "../people/suspensions.ts";
import { newestFound } from "../search/newest-found.ts";
import { hasName, nameWords, searchKey } from "../search/words.ts";

/** `login` in any letter case; an id finds nothing. */
export async function userByLogin(sql: Sql, login: string): Promise<{ id: string; role: Role } | null> {
  if (!isLogin(login)) return null;
  const [row] = await drizzleOn(sql)
    .select({ id: users.id, role: users.role })
    .from(users)
    .where(eq(users.login, login.toLowerCase()));
  return row ?? null;
}

const columns = {
  id: users.id,
  login: users.login,
  displayName: users.displayName,
  pictureUrl: users.pictureUrl,
  email: users.email,
  role: users.role,
  createdAt: users.createdAt,
  suspensionReason: users.suspensionReason,
  suspendedUntil: users.suspendedUntil,
};
type Field = keyof typeof columns;

export interface StaffUserRow extends Pick<typeof users.$inferSelect, Field> {
  suspended: boolean;
}

interface UsersQuestion {
  /** A whole e-mail address, or words of which each is part of the login or display name. One and two letters must begin a word. */
  q: string | null;
  role: Role | null;
  suspended: boolean | null;
  /** Id of the previous page's last user. */
  beforeId: string | null;
  limit: number;
}

/** SELECT of a StaffUserRow's columns from `users AS u`. */
const SELECTED = fragmentOf(`SELECT ${listText(ofU())}, ${SUSPENDED.u} AS suspended`);

function ofU() {
  const u = alias(users, "u");
  return Object.fromEntries((Object.keys(columns) as Field[]).map((field) => [field, u[field]]));
}

/** Newest first. */
export async function usersLike(
  sql: Sql,
  { q, role, suspended, beforeId, limit }: UsersQuestion,
): Promise<StaffUserRow[]> {
  const [id, from] = [sql`u.id`, sql`FROM users u`];
  // Most have the role `user`, which the index leaves out.
  const where = sql`true
    ${role === null ? sql`` : sql`AND u.role = ${role} ${role === "user" ? sql`` : sql`AND u.role <> 'user'`}`}
    ${suspended === null ? sql`` : suspended ? sql`AND ${suspendedNow(sql, "u")}` : sql`AND NOT ${suspendedNow(sql, "u")}`}
    ${beforeId === null ? sql`` : sql`AND u.id < ${beforeId}`}`;
  const page = sql`SELECT u.id ${from} WHERE ${where} ORDER BY u.id DESC LIMIT ${limit}`;
  const names = q === null ? null : nameWords(await searchKey(sql, q));
  const found = q === null ? page : foundPage(sql, { q, names }, { id, from, where, limit });
  return sql<StaffUserRow[]>`
    SELECT r.* FROM (${found}) p CROSS JOIN LATERAL (${sql(SELECTED)} FROM users u WHERE u.id = p.id OFFSET 0) r
    ORDER BY p.id DESC`;
}

function foundPage(
  sql: Sql,
  { q, names }: { q: string; names: string | null },
  list: Pick<Parameters<typeof newestFound>[1], "id" | "from" | "where" | "limit">,
) {
  const ofAll = [sql`u.email = lower(${q})`, ...(names === null ? [] : [hasName(sql, names)])];
  const hits = ofAll.map((condition) => sql`SELECT u.id FROM users u WHERE ${condition}`);
  return newestFound(sql, { ...list, hits, has: sql`(${ofAll.reduce((all, one) => sql`${all} OR ${one}`)})` });
}

export interface StaffUserDetail extends StaffUserRow {
  emailVerified: boolean;
  twoFactor: boolean;
  hasPassword: boolean;
  providers: string[];
  channelId: string;
  channelTitle: string;
  bannerUrl: string | null;
  followers: number;
  channelSuspended: boolean;
  channelSuspensionReason: string | null;
  channelSuspendedUntil: Date | null;
}

/** `reference`: a login in any letter case, or an id. */
export async function staffUser(sql: Sql, reference: string): Promise<StaffUserDetail | null> {
  const name = reference.toLowerCase();
  if (!isUuid(name) && !isLogin(name)) return null;
  const db = drizzleOn(sql);
  const providers = db
    .select({ provider: identities.provider })
    .from(identities)
    .where(eq(identities.userId, users.id))
    .orderBy(asc(identities.provider));
  const [row] = await db
    .select({
      ...columns,
      suspended: isSuspended(users),
      emailVerified: isNotNull(users.emailVerifiedAt) as SQL<boolean>,
      twoFactor: isNotNull(users.totpConfirmedAt) as SQL<boolean>,
      hasPassword: isNotNull(users.passwordHash) as SQL<boolean>,
      providers: expression<string[]>`ARRAY${providers}`,
      channelId: channels.id,
      channelTitle: channels.title,
      bannerUrl: channels.bannerUrl,
      followers: channels.followers,
      channelSuspended: isSuspended(channels),
      channelSuspensionReason: channels.suspensionReason,
      channelSuspendedUntil: channels.suspendedUntil,
    })
    .from(users)
    .innerJoin(channels, eq(channels.userId, users.id))
    .where(isUuid(name) ? eq(users.id, name) : eq(users.login, name));
  return row ?? null;
}

/** Devices that are signed in, most recently used first. */
export function signInsForStaff(sql: Sql, userId: string, limit: number): Promise<SignInRow[]> {
  return drizzleOn(sql)
    .select(signInColumns)
    .from(signIns)
    .where(and(eq(signIns.userId, userId), gt(signIns.expiresAt, now)))
    .orderBy(desc(signIns.lastUsedAt))
    .limit(limit);
}

type ReportCounts = Record<ReportStatus, number>;

/** Counts of reports about a user, their channel or their lines, and of reports by the user. */
export async function reportCounts(
  sql: Sql,
  { userId, channelId }: { userId: string; channelId: string },
): Promise<{ about: ReportCounts; by: ReportCounts }> {
  const isWith = (status: ReportStatus) =>
    expression`${count()} FILTER (WHERE ${eq(reports.status, status)})`.mapWith(Number);
  const counted = (condition: SQL | undefined) =>
    drizzleOn(sql)
      .select({ open: isWith("open"), resolved: isWith("resolved"), dismissed: isWith("dismissed") })
      .from(reports)
      .where(condition);
  const isTheirLine = and(eq(reports.kind, "line"), expression`${reports.evidence}->'user'->>'id' = ${userId}`);
  const [about] = await counted(or(inArray(reports.targetId, [userId, channelId]), isTheirLine));
  const [by] = await counted(eq(reports.reporterId, userId));
  return { about: about!, by: by! };
}
