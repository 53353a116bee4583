// Stream keys: only their hashes are kept. A key has 160 random bits, so a fast hash is enough.

import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { streamKeys } from "../../tables/channels.ts";
import { suspendedNow } from "../people/suspensions.ts";

export type StreamKeyRow = Pick<typeof streamKeys.$inferSelect, "hint" | "createdAt">;

export async function streamKeyOf(sql: Sql, channelId: string): Promise<StreamKeyRow | null> {
  const [row] = await drizzleOn(sql)
    .select({ hint: streamKeys.hint, createdAt: streamKeys.createdAt })
    .from(streamKeys)
    .where(eq(streamKeys.channelId, channelId));
  return row ?? null;
}

/** From now on this key opens the channel, and the one before no longer. */
export async function replaceStreamKey(sql: Sql, channelId: string, streamKey: string): Promise<void> {
  const key = { keyHash: hashOf(streamKey), hint: streamKey.slice(-4) };
  await drizzleOn(sql)
    .insert(streamKeys)
    .values({ channelId, ...key })
    .onConflictDoUpdate({ target: streamKeys.channelId, set: { ...key, createdAt: now } });
}

export interface OpenedChannel {
  channelId: string;
  userId: string;
  login: string;
  /** It or its owner, now: nothing may be published. */
  suspended: boolean;
}

/** Whom a key opens, asked for each guess too. Null: nobody. Looked up by its hash, so timing tells nothing about the key. */
export async function channelOfStreamKey(sql: Sql, streamKey: string): Promise<OpenedChannel | null> {
  const [row] = await sql<OpenedChannel[]>`
    SELECT k.channel_id AS "channelId", c.user_id AS "userId", u.login,
           ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended
    FROM stream_keys k JOIN channels c ON c.id = k.channel_id JOIN users u ON u.id = c.user_id
    WHERE k.key_hash = ${hashOf(streamKey)}`;
  return row ?? null;
}

const hashOf = (streamKey: string) => createHash("sha256").update(streamKey).digest();
