// Stream keys: only their hashes are kept. A key has 160 random bits, so a fast hash is enough.

import { createHash } from "node:crypto";
import { eq, or, type SQL } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { channels, streamKeys } from "../../tables/channels.ts";
import { isSuspended } from "../people/suspensions.ts";

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

/** Whom a key opens. Null: nobody. Looked up by its hash, so timing tells nothing about the key. */
export async function channelOfStreamKey(sql: Sql, streamKey: string): Promise<OpenedChannel | null> {
  const [row] = await drizzleOn(sql)
    .select({
      channelId: channels.id,
      userId: users.id,
      login: users.login,
      suspended: or(isSuspended(channels), isSuspended(users)) as SQL<boolean>,
    })
    .from(streamKeys)
    .innerJoin(channels, eq(channels.id, streamKeys.channelId))
    .innerJoin(users, eq(users.id, channels.userId))
    .where(eq(streamKeys.keyHash, hashOf(streamKey)));
  return row ?? null;
}

const hashOf = (streamKey: string) => createHash("sha256").update(streamKey).digest();
