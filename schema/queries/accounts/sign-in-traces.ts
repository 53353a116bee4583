// Where people signed in from, as keyed hashes. They serve the search for accounts of banned people (queries/chat/suspicions.ts) and nothing else.

import type { Sql } from "../../database.ts";

const KEPT = "90 days";
/** Of one person: the newest. */
const TRACES_MAX = 20;

interface Trace {
  userId: string;
  addressHash: Uint8Array;
  deviceHash: Uint8Array;
}

/** Also deletes the person's old traces. */
export async function keepTrace(sql: Sql, { userId, addressHash, deviceHash }: Trace): Promise<void> {
  await sql`
    WITH swept AS (
      DELETE FROM sign_in_traces WHERE user_id = ${userId} AND (address_hash, device_hash) IN (
        SELECT address_hash, device_hash FROM (
          SELECT address_hash, device_hash, seen_at, row_number() OVER (ORDER BY seen_at DESC) AS place FROM sign_in_traces
          WHERE user_id = ${userId} AND (address_hash, device_hash) <> (${addressHash}::bytea, ${deviceHash}::bytea)
        ) others WHERE place >= ${TRACES_MAX} OR seen_at < now() - ${KEPT}::interval)
    )
    INSERT INTO sign_in_traces AS kept (user_id, address_hash, device_hash) VALUES (${userId}, ${addressHash}, ${deviceHash})
    ON CONFLICT (user_id, address_hash, device_hash) DO UPDATE SET seen_at = now() WHERE kept.seen_at < now() - interval '1 hour'`;
}

/** Deletes at most `limit` old traces, of people who do not sign in any more. Returns how many. */
export async function deleteOldTraces(sql: Sql, { limit }: { limit: number }): Promise<number> {
  const rows = await sql`
    DELETE FROM sign_in_traces WHERE (user_id, address_hash, device_hash) IN (
      SELECT user_id, address_hash, device_hash FROM sign_in_traces WHERE seen_at < now() - ${KEPT}::interval LIMIT ${limit})`;
  return rows.count;
}
