// Requests of banned people to be let back into a room.
//
//   open ──accept──► accepting ──the act that lifts the ban──► accepted
//    ├──deny──► denied     └─ the act never came: it may be decided again
//    └──the ban was lifted, or became a timeout──► closed

import type { UnbanRequestState } from "../../api/unban-requests.ts";
import type { Fragment, Sql } from "../../database.ts";

/** An acceptance whose act did not come within this time may be decided anew: longer than an act may take. */
const ACCEPTING_MS = 30_000;

/** A common table expression of `insertAct`, for an act that lifts a ban. `requestId` null: no request asked for it. */
export const closedRequests = (
  sql: Sql,
  { channelId, userId, requestId }: { channelId: string; userId: string; requestId: string | null },
) => sql`
  requests AS (
    UPDATE unban_requests SET state = CASE WHEN id = ${requestId}::uuid AND state = 'accepting' THEN 'accepted' ELSE 'closed' END
    WHERE channel_id = ${channelId} AND user_id = ${userId} AND state IN ('open', 'accepting') AND EXISTS (SELECT 1 FROM entry)
  )`;

export interface UnbanRequestRow {
  id: string;
  userId: string;
  login: string;
  displayName: string;
  at: Date;
  body: string;
  state: UnbanRequestState;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
  decidedAt: Date | null;
  answer: string;
}

const rowsWhere = (sql: Sql, where: Fragment) => sql<UnbanRequestRow[]>`
  SELECT r.id, u.id AS "userId", u.login, u.display_name AS "displayName", r.created_at AS at, r.body, s.state,
         CASE WHEN s.state <> 'open' THEN m.id END AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName",
         CASE WHEN s.state <> 'open' THEN r.decided_at END AS "decidedAt", CASE WHEN s.state <> 'open' THEN r.answer ELSE '' END AS answer
  FROM unban_requests r JOIN users u ON u.id = r.user_id LEFT JOIN users m ON m.id = r.decided_by
  CROSS JOIN LATERAL (SELECT CASE r.state WHEN 'accepting' THEN 'open' ELSE r.state END AS state) s
  WHERE ${where}`;

/** Open ones oldest first, all others newest first. `afterId`: of the previous page's last one. */
export function unbanRequests(
  sql: Sql,
  {
    channelId,
    state,
    afterId,
    limit,
  }: { channelId: string; state: UnbanRequestState; afterId: string | null; limit: number },
): Promise<UnbanRequestRow[]> {
  const isOpen = state === "open";
  const states = isOpen ? ["open", "accepting"] : [state];
  const after = isOpen ? sql`AND r.id > ${afterId}` : sql`AND r.id < ${afterId}`;
  const where = sql`r.channel_id = ${channelId} AND r.state = ANY (${states}) ${afterId === null ? sql`` : after}
    ORDER BY r.id ${isOpen ? sql`ASC` : sql`DESC`} LIMIT ${limit}`;
  return rowsWhere(sql, where);
}

export async function unbanRequestById(
  sql: Sql,
  { channelId, id }: { channelId: string; id: string },
): Promise<UnbanRequestRow | null> {
  const [row] = await rowsWhere(sql, sql`r.channel_id = ${channelId} AND r.id = ${id}`);
  return row ?? null;
}

export async function newestRequestOf(
  sql: Sql,
  { channelId, userId }: { channelId: string; userId: string },
): Promise<UnbanRequestRow | null> {
  const where = sql`r.channel_id = ${channelId} AND r.user_id = ${userId} ORDER BY r.id DESC LIMIT 1`;
  const [row] = await rowsWhere(sql, where);
  return row ?? null;
}

export interface AskingState {
  /** Of the ban. Null: not banned for good. */
  bannedAt: Date | null;
  reason: string;
  /** From when on a request is taken; null: none about this ban. */
  mayAskAt: Date | null;
}

/** `againMs`: how long after a denial a person may ask again. */
export async function askingState(
  sql: Sql,
  { channelId, userId, againMs }: { channelId: string; userId: string; againMs: number },
): Promise<AskingState> {
  const [row] = await sql<{ bannedAt: Date; reason: string; asked: boolean; deniedAt: Date | null }[]>`
    SELECT b.created_at AS "bannedAt", b.reason, r.id IS NOT NULL AS asked,
           CASE WHEN r.state = 'denied' THEN r.decided_at END AS "deniedAt"
    FROM bans b LEFT JOIN LATERAL (
      SELECT id, state, decided_at FROM unban_requests
      WHERE channel_id = b.channel_id AND user_id = b.user_id AND (banned_at >= b.created_at OR state IN ('open', 'accepting'))
      ORDER BY id DESC LIMIT 1
    ) r ON true
    WHERE b.channel_id = ${channelId} AND b.user_id = ${userId} AND b.until IS NULL`;
  if (!row) return { bannedAt: null, reason: "", mayAskAt: null };
  const { bannedAt, reason, asked, deniedAt } = row;
  const again = deniedAt && new Date(deniedAt.getTime() + againMs);
  return { bannedAt, reason, mayAskAt: asked ? again : bannedAt };
}

/** False: the person is not banned for good any more, or another request of theirs waits. */
export async function addUnbanRequest(
  sql: Sql,
  { id, channelId, userId, body }: { id: string; channelId: string; userId: string; body: string },
): Promise<boolean> {
  const rows = await sql`
    INSERT INTO unban_requests (id, channel_id, user_id, banned_at, body)
    SELECT ${id}::uuid, channel_id, user_id, created_at, ${body} FROM bans
    WHERE channel_id = ${channelId} AND user_id = ${userId} AND until IS NULL
    ON CONFLICT DO NOTHING RETURNING 1`;
  return rows.length > 0;
}

export interface Decision {
  channelId: string;
  id: string;
  byUserId: string;
  accept: boolean;
  answer: string;
}

/**
 * Of moderators who decide at once, one succeeds. False: it was decided before, or another moderator is accepting it. An acceptance is complete
 * with the act that lifts the ban.
 */
export async function decideRequest(sql: Sql, { channelId, id, byUserId, accept, answer }: Decision): Promise<boolean> {
  const rows = await sql`
    UPDATE unban_requests SET state = ${accept ? "accepting" : "denied"}, decided_by = ${byUserId}, decided_at = now(), answer = ${answer}
    WHERE channel_id = ${channelId} AND id = ${id} AND (state = 'open' OR (state = 'accepting'
      AND (decided_at < now() - ${ACCEPTING_MS} * interval '1 ms' OR (${accept} AND decided_by = ${byUserId}))))
    RETURNING 1`;
  return rows.length > 0;
}
