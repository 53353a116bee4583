// Moderators' notes about people, for the moderators of one channel.

import type { Sql } from "../../database.ts";

export interface NoteRow {
  id: string;
  at: Date;
  text: string;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

interface About {
  channelId: string;
  userId: string;
}

/** Newest first. `id`: this one alone. */
export function notesAbout(
  sql: Sql,
  { channelId, userId, id = null, limit }: About & { id?: string | null; limit: number },
): Promise<NoteRow[]> {
  return sql<NoteRow[]>`
    SELECT n.id, n.created_at AS at, n.body AS text, m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
    FROM person_notes n LEFT JOIN users m ON m.id = n.by_user_id
    WHERE n.channel_id = ${channelId} AND n.user_id = ${userId} ${id === null ? sql`` : sql`AND n.id = ${id}`}
    ORDER BY n.id DESC LIMIT ${limit}`;
}

/** False: there are `most` notes about the person already. Concurrent requests may exceed `most`. */
export async function addNoteAbout(
  sql: Sql,
  { id, channelId, userId, byUserId, text, most }: About & { id: string; byUserId: string; text: string; most: number },
): Promise<boolean> {
  const rows = await sql`
    INSERT INTO person_notes (id, channel_id, user_id, by_user_id, body)
    SELECT ${id}::uuid, ${channelId}::uuid, ${userId}::uuid, ${byUserId}::uuid, ${text}
    WHERE (SELECT count(*) FROM person_notes WHERE channel_id = ${channelId} AND user_id = ${userId}) < ${most}
    RETURNING 1`;
  return rows.length > 0;
}

/** `byUserId`: only a note of this author. False: there is none. */
export async function deleteNoteAbout(
  sql: Sql,
  { id, channelId, userId, byUserId = null }: About & { id: string; byUserId?: string | null },
): Promise<boolean> {
  const rows = await sql`
    DELETE FROM person_notes WHERE id = ${id} AND channel_id = ${channelId} AND user_id = ${userId}
      ${byUserId === null ? sql`` : sql`AND by_user_id = ${byUserId}`}
    RETURNING 1`;
  return rows.length > 0;
}
