// Targets of restreaming. Their keys are sealed by edges and opened by actor nodes alone.

import { and, asc, eq, sql as expression, getTableColumns } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { boxKeys, restreamTargets } from "../../tables/targets.ts";
import { TARGETS_MAX } from "../../wire/targets.ts";

const { channelId, position, revision, sealedKey: _, ...shown } = getTableColumns(restreamTargets);
const nextRevision = expression`${revision} + 1`;

/** Without the key. */
export type TargetRow = Pick<
  typeof restreamTargets.$inferSelect,
  "id" | "name" | "serverUrl" | "keyHint" | "enabled" | "createdAt"
>;

/** In their order. */
export const targetsOf = (sql: Sql, ofChannelId: string): Promise<TargetRow[]> =>
  drizzleOn(sql).select(shown).from(restreamTargets).where(eq(channelId, ofChannelId)).orderBy(asc(position));

type NewTarget = Pick<
  typeof restreamTargets.$inferInsert,
  "id" | "channelId" | "name" | "serverUrl" | "sealedKey" | "keyHint"
> & { enabled: boolean };

/** At the lowest free place. Null: the channel has TARGETS_MAX. Of requests that come together one may get null although there is room. */
export async function addTarget(sql: Sql, target: NewTarget): Promise<TargetRow | null> {
  const { id, name, serverUrl, sealedKey, keyHint = null, enabled } = target;
  const [row] = await sql<TargetRow[]>`
    INSERT INTO restream_targets (id, channel_id, position, name, server_url, sealed_key, key_hint, enabled)
    SELECT ${id}::uuid, ${target.channelId}::uuid, place, ${name}, ${serverUrl}, ${sealedKey}::bytea, ${keyHint}::text, ${enabled}::boolean
    FROM generate_series(0, ${TARGETS_MAX - 1}::integer) place
    WHERE NOT EXISTS (SELECT 1 FROM restream_targets t WHERE t.channel_id = ${target.channelId} AND t.position = place)
    ORDER BY place LIMIT 1
    ON CONFLICT (channel_id, position) DO NOTHING
    RETURNING id, name, server_url AS "serverUrl", key_hint AS "keyHint", enabled, created_at AS "createdAt"`;
  return row ?? null;
}

interface TargetChange extends Pick<NewTarget, "id" | "channelId" | "name" | "serverUrl" | "enabled"> {
  /** Absent: the key stays, and so must the address, about which it is sealed. */
  key?: Pick<NewTarget, "sealedKey" | "keyHint">;
}

/** Null: there is no such target; `key_needed`: another address without a key. */
export async function changeTarget(sql: Sql, change: TargetChange): Promise<TargetRow | "key_needed" | null> {
  const { id, name, serverUrl, enabled, key } = change;
  const db = drizzleOn(sql);
  const isTarget = and(eq(restreamTargets.id, id), eq(channelId, change.channelId));
  const same = key ? isTarget : and(isTarget, eq(restreamTargets.serverUrl, serverUrl));
  const [row] = await db
    .update(restreamTargets)
    .set({ name, serverUrl, enabled, ...(key && { ...key, revision: nextRevision }) })
    .where(same)
    .returning(shown);
  if (row) return row;
  const [there] = await db.select({ id: restreamTargets.id }).from(restreamTargets).where(isTarget);
  return there ? "key_needed" : null;
}

/** Null: there is no such target. Otherwise its name. */
export async function removeTarget(sql: Sql, { id, ...of }: { id: string; channelId: string }): Promise<string | null> {
  const [row] = await drizzleOn(sql)
    .delete(restreamTargets)
    .where(and(eq(restreamTargets.id, id), eq(channelId, of.channelId)))
    .returning({ name: restreamTargets.name });
  return row?.name ?? null;
}

/** What a broadcast is to be forwarded to, in its order. */
export const enabledTargets = (sql: Sql, ofChannelId: string): Promise<{ id: string; revision: number }[]> =>
  drizzleOn(sql)
    .select({ id: restreamTargets.id, revision })
    .from(restreamTargets)
    .where(and(eq(channelId, ofChannelId), restreamTargets.enabled))
    .orderBy(asc(position));

interface SealedTarget {
  serverUrl: string;
  sealedKey: Uint8Array;
}

/** Null: it is gone, switched off, or changed since. */
export async function sealedTarget(
  sql: Sql,
  target: { id: string; channelId: string; revision: number },
): Promise<SealedTarget | null> {
  const [row] = await drizzleOn(sql)
    .select({ serverUrl: restreamTargets.serverUrl, sealedKey: restreamTargets.sealedKey })
    .from(restreamTargets)
    .where(
      and(
        eq(restreamTargets.id, target.id),
        eq(channelId, target.channelId),
        eq(revision, target.revision),
        restreamTargets.enabled,
      ),
    );
  return row ?? null;
}

/** What a target's key is sealed about: it opens for no other channel, target or address. */
export const sealedAbout = (target: { id: string; channelId: string; serverUrl: string }) =>
  `${target.channelId} ${target.id} ${target.serverUrl}`;

/** What stream keys of targets are sealed for. */
export const RESTREAM = "restream";

/** Null: no actor node has a secret for it. */
export async function publicBoxKey(sql: Sql, purpose: string): Promise<Uint8Array | null> {
  const [row] = await drizzleOn(sql)
    .select({ publicKey: boxKeys.publicKey })
    .from(boxKeys)
    .where(eq(boxKeys.purpose, purpose));
  return row?.publicKey ?? null;
}

/** The newest word counts. */
export async function publishBoxKey(sql: Sql, key: { purpose: string; publicKey: Uint8Array }): Promise<void> {
  const { publicKey } = key;
  await drizzleOn(sql)
    .insert(boxKeys)
    .values(key)
    .onConflictDoUpdate({ target: boxKeys.purpose, set: { publicKey, updatedAt: now } });
}
