// Polls of a room and their votes. Opening and ending are acts (event-acts.ts).

import type { PollView } from "../../api/polls.ts";
import type { Fragment, Sql } from "../../database.ts";
import { abortable } from "./entries.ts";

/** Times are text where the row was read as JSON. */
export interface PollRow {
  id: string;
  question: string;
  choices: string[];
  votes: number[];
  startedAt: Date | string;
  endsAt: Date | string;
  endedAt: Date | string | null;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

/** A SELECT of PollRow. The votes of an open poll are counted. */
const pollRows = (sql: Sql, where: Fragment) => sql`
  SELECT p.id, p.question, p.choices, p.started_at AS "startedAt", p.ends_at AS "endsAt", p.ended_at AS "endedAt",
         CASE WHEN p.ended_at IS NOT NULL THEN p.votes ELSE (
           SELECT array_agg(coalesce(v.votes, 0) ORDER BY place) FROM generate_series(0, cardinality(p.choices) - 1) place
           LEFT JOIN (SELECT choice, count(*)::integer AS votes FROM poll_votes WHERE poll_id = p.id GROUP BY choice) v ON v.choice = place
         ) END AS votes,
         m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
  FROM chat_polls p LEFT JOIN users m ON m.id = p.by_user_id WHERE ${where}`;

/** A SELECT of at most one PollRow. */
export const openPollRow = (sql: Sql, channelId: string): Fragment =>
  pollRows(sql, sql`p.channel_id = ${channelId} AND p.ended_at IS NULL`);

export async function pollById(
  sql: Sql,
  { channelId, pollId }: { channelId: string; pollId: string },
): Promise<PollView | null> {
  const [row] = await sql<PollRow[]>`${pollRows(sql, sql`p.channel_id = ${channelId} AND p.id = ${pollId}`)}`;
  return row ? pollView(row) : null;
}

/** Newest first. `beforeId`: of the previous page's last poll. */
export async function pollsOf(
  sql: Sql,
  { channelId, beforeId, limit }: { channelId: string; beforeId: string | null; limit: number },
): Promise<PollView[]> {
  const before = beforeId === null ? sql`` : sql`AND p.id < ${beforeId}`;
  const page = sql`p.channel_id = ${channelId} ${before} ORDER BY p.id DESC LIMIT ${limit}`;
  return (await sql<PollRow[]>`${pollRows(sql, page)}`).map(pollView);
}

/** `votes` by choice. */
export const withVotes = (poll: PollView, votes: readonly number[]): PollView => ({
  ...poll,
  choices: poll.choices.map(({ text }, place) => ({ text, votes: votes[place] ?? 0 })),
  votes: votes.reduce((sum, one) => sum + one, 0),
});

/** How many are stored for each choice. */
export async function votesByChoice(
  sql: Sql,
  { pollId, choices }: { pollId: string; choices: number },
  signal?: AbortSignal,
): Promise<number[]> {
  const rows = await abortable(
    sql<{ choice: number; votes: number }[]>`
      SELECT choice, count(*)::integer AS votes FROM poll_votes WHERE poll_id = ${pollId} GROUP BY choice`,
    signal,
  );
  const votes = Array<number>(choices).fill(0);
  for (const row of rows) votes[row.choice] = row.votes;
  return votes;
}

export function pollView({ byId, byLogin, byDisplayName, ...row }: PollRow): PollView {
  const { id, question, choices, votes, startedAt, endsAt, endedAt } = row;
  const poll: PollView = {
    ...{ id, question },
    choices: choices.map((text) => ({ text, votes: 0 })),
    votes: 0,
    startedAt: new Date(startedAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    endedAt: endedAt && new Date(endedAt).toISOString(),
    by: byId === null ? null : { id: byId, login: byLogin!, displayName: byDisplayName! },
  };
  return withVotes(poll, votes);
}

export interface Vote {
  /** Of the request. */
  id: string;
  userId: string;
  choice: number;
  atMs: number;
}

export interface VoteBatch {
  channelId: string;
  /** Epoch of the writer. Nothing is inserted once the channel's row has another epoch. */
  epoch: number;
  pollId: string;
  votes: Vote[];
}

/** `stored` now, or `known`: by an earlier request of the same id. `unknown`: the account was deleted. */
export type VoteOutcome = "stored" | "known" | "already_voted" | "poll_over" | "unknown" | "fenced";

/** Of each vote, by its id. */
export async function insertVotes(sql: Sql, batch: VoteBatch, signal?: AbortSignal): Promise<Map<string, VoteOutcome>> {
  const { channelId, epoch, pollId, votes } = batch;
  const column = <T>(of: (vote: Vote) => T) => votes.map(of);
  const [row] = await abortable(
    sql<{ owned: boolean; open: boolean; stored: string[] }[]>`
      WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE),
      poll AS (SELECT id FROM chat_polls WHERE id = ${pollId} AND channel_id = ${channelId} AND ended_at IS NULL),
      voted AS (
        INSERT INTO poll_votes (poll_id, user_id, choice, id, at)
        SELECT poll.id, u.id, t.choice, t.id, t.at
        FROM own, poll, unnest(
          ${column(({ id }) => id)}::uuid[],
          ${column(({ userId }) => userId)}::uuid[],
          ${column(({ choice }) => choice)}::integer[],
          ${column(({ atMs }) => new Date(atMs).toISOString())}::text[]::timestamptz[]
        ) AS t (id, user_id, choice, at) JOIN users u ON u.id = t.user_id
        ON CONFLICT (poll_id, user_id) DO NOTHING
        RETURNING id
      )
      SELECT EXISTS (SELECT 1 FROM own) AS owned, EXISTS (SELECT 1 FROM poll) AS open, ARRAY(SELECT id::text FROM voted) AS stored`,
    signal,
  );
  const { owned, open, stored } = row!;
  const outcomes = new Map<string, VoteOutcome>(stored.map((id) => [id, "stored"]));
  const others = votes.filter(({ id }) => !outcomes.has(id));
  if (others.length === 0) return outcomes;
  const found = await abortable(
    sql<{ userId: string; id: string }[]>`
      SELECT user_id AS "userId", id FROM poll_votes
      WHERE poll_id = ${pollId} AND user_id = ANY (${others.map(({ userId }) => userId)}::uuid[])`,
    signal,
  );
  const idOf = new Map(found.map(({ userId, id }) => [userId, id]));
  for (const { id, userId } of others) {
    const votedBy = idOf.get(userId);
    if (votedBy === id) outcomes.set(id, "known");
    else if (votedBy !== undefined) outcomes.set(id, "already_voted");
    else outcomes.set(id, owned ? (open ? "unknown" : "poll_over") : "fenced");
  }
  return outcomes;
}

/** Deletes at most `limit` votes of polls that ended long ago: their results stay. Returns how many. */
export async function forgetVotes(sql: Sql, { limit }: { limit: number }): Promise<number> {
  const rows = await sql`
    DELETE FROM poll_votes WHERE (poll_id, user_id) IN (
      SELECT v.poll_id, v.user_id FROM chat_polls p JOIN poll_votes v ON v.poll_id = p.id
      WHERE p.ended_at < now() - interval '1 day' LIMIT ${limit})`;
  return rows.count;
}
