// Stream keys: only their hashes are kept. A key has 160 random bits, so a fast hash is enough.

import { createHash } from "node:crypto";
import type { Sql } from "../../database.ts";
import { suspendedNow } from "../people/suspensions.ts";

export interface StreamKeyRow {
  /** The last four characters. */
  hint: string;
  createdAt: Date;
}

export async function streamKeyOf(sql: Sql, channelId: string): Promise<StreamKeyRow | null> {
  const [row] = await sql<StreamKeyRow[]>`
    SELECT hint, created_at AS "createdAt" FROM stream_keys WHERE channel_id = ${channelId}`;
  return row ?? null;
}

/** From now on this key opens the channel, and the one before no longer. */
export async function replaceStreamKey(sql: Sql, channelId: string, streamKey: string): Promise<void> {
  await sql`
    INSERT INTO stream_keys (channel_id, key_hash, hint) VALUES (${channelId}, ${hashOf(streamKey)}, ${streamKey.slice(-4)})
    ON CONFLICT (channel_id) DO UPDATE SET key_hash = excluded.key_hash, hint = excluded.hint, created_at = now()`;
}

export interface OpenedChannel {
  channelId: string;
  userId: string;
  login: string;
  /** It or its owner, now: nothing may be published. */
  suspended: boolean;
}

/** Whom a key opens. Null: nobody. Looked up by its hash, so timing tells nothing about the key. */
export async function channelOfStreamKey(sql: Sql, streamKey: string): Promise<OpenedChannel | null> {
  const [row] = await sql<OpenedChannel[]>`
    SELECT k.channel_id AS "channelId", c.user_id AS "userId", u.login,
           ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended
    FROM stream_keys k JOIN channels c ON c.id = k.channel_id JOIN users u ON u.id = c.user_id
    WHERE k.key_hash = ${hashOf(streamKey)}`;
  return row ?? null;
}

const hashOf = (streamKey: string) => createHash("sha256").update(streamKey).digest();
