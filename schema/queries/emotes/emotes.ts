// The emotes of channels and of the instance.

import type { Sql } from "../../database.ts";
import type { emotes } from "../../tables/emotes.ts";
import { inTransaction } from "../../transaction.ts";
import { EMOTES_OF_INSTANCE_MAX, EMOTES_PER_CHANNEL_MAX, emoteStem, INSTANCE_ID } from "../../wire/emotes.ts";

export type EmoteRow = typeof emotes.$inferSelect;

/** Those of the channel and of the instance, by code. Null: of the instance alone. */
export function emotesFor(sql: Sql, channelId: string | null): Promise<EmoteRow[]> {
  return sql<EmoteRow[]>`
    SELECT id, channel_id AS "channelId", code, hash, width, height, heights, animated, user_id AS "userId", created_at AS "createdAt"
    FROM emotes WHERE channel_id IS NULL OR channel_id = ${channelId} ORDER BY code`;
}

/** Codes by channel; `INSTANCE_ID` stands for the instance. Each asked id has its set. */
export async function emoteCodes(sql: Sql, ids: readonly string[]): Promise<{ name: string; codes: Set<string> }[]> {
  const rows = await sql<{ channelId: string | null; code: string }[]>`
    SELECT channel_id AS "channelId", code FROM emotes
    WHERE channel_id = ANY (${[...ids]}::uuid[]) ${ids.includes(INSTANCE_ID) ? sql`OR channel_id IS NULL` : sql``}`;
  const sets = new Map(ids.map((id) => [id, new Set<string>()]));
  for (const { channelId, code } of rows) sets.get(channelId ?? INSTANCE_ID)?.add(code);
  return Array.from(sets, ([name, codes]) => ({ name, codes }));
}

type NewEmote = Omit<EmoteRow, "createdAt">;

/** Its objects are stored between `beginPicture`, by its stem, and this. `taken`: the channel or the instance has one of this code, or a channel
 *  has one that would be the instance's. */
export function addEmote(pool: Sql, emote: NewEmote): Promise<"added" | "taken" | "too many"> {
  const { id, channelId, code, hash, width, height, heights, animated, userId } = emote;
  return inTransaction(pool, async (sql) => {
    // Sets are small and change seldom: one after the other.
    await sql`LOCK TABLE emotes IN SHARE ROW EXCLUSIVE MODE`;
    const [own] = await sql<[{ count: number; taken: boolean }]>`
      SELECT count(*) FILTER (WHERE channel_id IS NOT DISTINCT FROM ${channelId})::int AS count,
        coalesce(bool_or(code = ${code} AND (channel_id IS NULL OR ${channelId}::uuid IS NULL OR channel_id = ${channelId})), false) AS taken
      FROM emotes WHERE channel_id IS NOT DISTINCT FROM ${channelId} OR code = ${code}`;
    if (own.taken) return "taken";
    if (own.count >= (channelId === null ? EMOTES_OF_INSTANCE_MAX : EMOTES_PER_CHANNEL_MAX)) return "too many";
    await sql`
      INSERT INTO emotes (id, channel_id, code, hash, width, height, heights, animated, user_id)
      VALUES (${id}, ${channelId}, ${code}, ${hash}, ${width}, ${height}, ${heights}::int[], ${animated}, ${userId})`;
    await sql`DELETE FROM picture_removals WHERE prefix = ${emoteStem(channelId, hash)}`;
    return "added";
  });
}

/** Its objects go a while later, unless another emote has the same picture. False: no such emote there. */
export function removeEmote(pool: Sql, { id, channelId }: Pick<EmoteRow, "id" | "channelId">): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const [gone] = await sql<{ hash: string }[]>`
      DELETE FROM emotes WHERE id = ${id} AND channel_id IS NOT DISTINCT FROM ${channelId} RETURNING hash`;
    if (!gone) return false;
    await sql`
      INSERT INTO picture_removals (prefix) SELECT ${emoteStem(channelId, gone.hash)} WHERE NOT EXISTS (
        SELECT 1 FROM emotes WHERE hash = ${gone.hash} AND channel_id IS NOT DISTINCT FROM ${channelId})
      ON CONFLICT (prefix) DO UPDATE SET at = now()`;
    return true;
  });
}

/** Before its objects are stored: whatever dies then, they are removed later. Nothing for a picture that an emote has already. */
export async function beginEmote(sql: Sql, { channelId, hash }: Pick<EmoteRow, "channelId" | "hash">): Promise<void> {
  await sql`
    INSERT INTO picture_removals (prefix) SELECT ${emoteStem(channelId, hash)} WHERE NOT EXISTS (
      SELECT 1 FROM emotes WHERE hash = ${hash} AND channel_id IS NOT DISTINCT FROM ${channelId})
    ON CONFLICT (prefix) DO UPDATE SET at = now()`;
}
