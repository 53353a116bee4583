// The store of a room: PostgreSQL in production (store-postgres.ts), memory in tests (store-memory.ts).

import type { RoomRules, StoredAct } from "#schema/queries/chat/acts.ts";
import type { StoredAllow, StoredAside } from "#schema/queries/chat/asides.ts";
import type { InsertOutcome, LineBatch, NoncedLine } from "#schema/queries/chat/entries.ts";
import type { HeldBatch } from "#schema/queries/chat/judging.ts";
import type { VoteBatch, VoteOutcome } from "#schema/queries/chat/polls.ts";
import type { StoredEvents } from "#schema/queries/chat/room-events.ts";
import type { Entry } from "#schema/wire/room.ts";

/** Each method may throw StoreAway: the outcome is unknown. Each may throw StorePoisoned: the store refuses this statement and would
 *  refuse it again; the statement has changed nothing. */
export interface ChatStore {
  /** Stores all lines or none. Fewer numbers than lines in the answer mean: stored before, or fenced. `readBack` tells which. */
  insert(batch: LineBatch): Promise<InsertOutcome>;
  /** Stores what a moderator did: its entry, its row in the log, and its change, or nothing of it. Answers as `insert` does. */
  act(act: StoredAct | StoredAllow): Promise<InsertOutcome>;
  /** Stores what a moderator did without an entry, or nothing of it. True: it is stored. False: another epoch owns the channel. */
  aside(aside: StoredAside): Promise<boolean>;
  /** Stores lines for a moderator to decide upon. Answers as `aside` does. */
  hold(batch: HeldBatch): Promise<boolean>;
  /** Which of these entries are stored, and whether the epoch still owns the channel, both in one snapshot. */
  readBack(batch: {
    channelId: string;
    epoch: number;
    ids: string[];
  }): Promise<{ owned: boolean; seqById: Map<string, number> }>;
  /** Stored lines that have the user and nonce of a line of the batch. */
  byNonce(batch: LineBatch): Promise<NoncedLine[]>;
  /** Highest stored `seq`; 0 for a room without lines. */
  headSeq(channelId: string): Promise<number>;
  /** The room's settings and bans, and what it judges lines by. */
  rules(channelId: string): Promise<RoomRules>;
  /** What is going on in the room beside its lines. */
  events(channelId: string): Promise<StoredEvents>;
  /** Stores the votes of people who have not voted yet. Answers by a vote's id; a repeat answers as the first time. */
  vote(batch: VoteBatch): Promise<Map<string, VoteOutcome>>;
  /** How many are stored for each choice. */
  votes(poll: { pollId: string; choices: number }): Promise<number[]>;
  /** A new owner does not tell the raid's target again. */
  raidWasTold(raidId: string): Promise<void>;
  /** Entries up to `upTo`, ascending: the oldest above `after`, or the newest without `after`. */
  entries(range: { channelId: string; after: number | null; upTo: number; limit: number }): Promise<Entry[]>;
}
