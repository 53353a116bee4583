// Stream keys: only their hashes are stored. A key has 160 random bits, so a fast hash is enough.

import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { streamKeys } from "../../tables/channels.ts";
import { suspendedNow } from "../people/suspensions.ts";

type StreamKeyRow = Pick<typeof streamKeys.$inferSelect, "hint" | "createdAt">;

export async function streamKeyOf(sql: Sql, channelId: string): Promise<StreamKeyRow | null> {
  const [row] = await drizzleOn(sql)
    .select({ hint: streamKeys.hint, createdAt: streamKeys.createdAt })
    .from(streamKeys)
    .where(eq(streamKeys.channelId, channelId));
  return row ?? null;
}

/** Sets the channel's stream key. The previous key stops working. */
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
  /** The channel or its owner is suspended now: encoders are refused. */
  suspended: boolean;
  /** False: what is published is a preview until it is started by hand. */
  autoStart: boolean;
  /** Of the program that publishes, where the key knows it: see publish-tickets.ts. */
  encoder?: string | null;
}

/** The channel of a stream key; null: the key is not valid. Runs for wrong keys too. The look-up by hash leaks no timing about keys. */
export async function channelOfStreamKey(sql: Sql, streamKey: string): Promise<OpenedChannel | null> {
  const [row] = await sql<OpenedChannel[]>`
    SELECT k.channel_id AS "channelId", c.user_id AS "userId", u.login,
           ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended, c.auto_start AS "autoStart"
    FROM stream_keys k JOIN channels c ON c.id = k.channel_id JOIN users u ON u.id = c.user_id
    WHERE k.key_hash = ${hashOf(streamKey)}`;
  return row ?? null;
}

const hashOf = (streamKey: string) => createHash("sha256").update(streamKey).digest();
