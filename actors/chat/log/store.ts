// What a room needs of the truth. In production PostgreSQL (store-postgres.ts), in tests a second one in memory (store-memory.ts).

import type { InsertOutcome, LineBatch, NoncedLine } from "#schema/queries/chat/entries.ts";
import type { Entry } from "#schema/wire/room.ts";

/** Each method throws StoreAway (it may or may not have happened); `insert` throws StorePoisoned too (it has not and never will). */
export interface ChatStore {
  /** All lines or none. Fewer numbers back than lines: stored before, or fenced; ask `readBack`. */
  insert(batch: LineBatch): Promise<InsertOutcome>;
  /** Which lines are stored, and whether the epoch still owns the channel, both at one moment. */
  readBack(batch: LineBatch): Promise<{ owned: boolean; seqById: Map<string, number> }>;
  /** Stored lines with the user and nonce of one of these. */
  byNonce(batch: LineBatch): Promise<NoncedLine[]>;
  /** Highest `seq`, 0 for a room where nothing was said. */
  headSeq(channelId: string): Promise<number>;
  /** Ascending: the oldest above `after`, or without it the newest; only up to `upTo`. */
  entries(range: { channelId: string; after: number | null; upTo: number; limit: number }): Promise<Entry[]>;
}
