// Polls of a room and their votes. Opening and ending are acts (event-acts.ts).

import type { PollView } from "../../api/polls.ts";
import type { Fragment, Sql } from "../../database.ts";
import { abortable } from "./entries.ts";

interface PollRow {
  id: string;
  question: string;
  choices: string[];
  votes: number[];
  startedAt: Date;
  endsAt: Date;
  endedAt: Date | null;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

const pollRows = (sql: Sql, where: Fragment) => sql<PollRow[]>`
  SELECT p.id, p.question, p.choices, p.votes, p.started_at AS "startedAt", p.ends_at AS "endsAt", p.ended_at AS "endedAt",
         m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
  FROM chat_polls p LEFT JOIN users m ON m.id = p.by_user_id WHERE ${where}`;

/** Without the votes of an open poll: `countVotes`. */
export async function openPollOf(sql: Sql, channelId: string, signal?: AbortSignal): Promise<PollView | null> {
  const [row] = await abortable(pollRows(sql, sql`p.channel_id = ${channelId} AND p.ended_at IS NULL`), signal);
  return row ? pollView(row) : null;
}

export async function pollById(
  sql: Sql,
  { channelId, pollId }: { channelId: string; pollId: string },
): Promise<PollView | null> {
  const [row] = await pollRows(sql, sql`p.channel_id = ${channelId} AND p.id = ${pollId}`);
  return row ? countVotes(sql, pollView(row)) : null;
}

/** Newest first. `beforeId`: of the previous page's last poll. */
export async function pollsOf(
  sql: Sql,
  { channelId, beforeId, limit }: { channelId: string; beforeId: string | null; limit: number },
): Promise<PollView[]> {
  const before = beforeId === null ? sql`` : sql`AND p.id < ${beforeId}`;
  const rows = await pollRows(sql, sql`p.channel_id = ${channelId} ${before} ORDER BY p.id DESC LIMIT ${limit}`);
  return Promise.all(rows.map((row) => countVotes(sql, pollView(row))));
}

/** An open poll with its votes of now; an ended one as it is. */
export async function countVotes(sql: Sql, poll: PollView, signal?: AbortSignal): Promise<PollView> {
  if (poll.endedAt !== null) return poll;
  return withVotes(poll, await votesByChoice(sql, { pollId: poll.id, choices: poll.choices.length }, signal));
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

function pollView({ byId, byLogin, byDisplayName, ...row }: PollRow): PollView {
  const { id, question, choices, votes, startedAt, endsAt, endedAt } = row;
  const poll: PollView = {
    ...{ id, question },
    choices: choices.map((text) => ({ text, votes: 0 })),
    votes: 0,
    startedAt: startedAt.toISOString(),
    endsAt: endsAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
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
