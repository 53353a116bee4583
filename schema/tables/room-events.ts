// What happens in a room beside its lines: the pinned line, polls and raids. Only a channel's owner writes these tables, each time in one
// statement with the entry that tells the room (queries/chat/event-acts.ts); settings of raids are written by edges.

import { boolean, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { userId, users } from "./accounts.ts";
import { channels } from "./channels.ts";
import { count, moment } from "./column-types.ts";

const channelId = () => uuid("channel_id").references(() => channels.id, { onDelete: "cascade" });
const byUserId = () => uuid("by_user_id").references(() => users.id, { onDelete: "set null" });

export const chatPins = pgTable("chat_pins", {
  channelId: channelId().primaryKey(),
  lineId: uuid("line_id").notNull(),
  byUserId: byUserId(),
  at: moment("at").notNull(),
  /** Null: until it is taken down. */
  until: moment("until"),
});

export const chatPolls = pgTable("chat_polls", {
  id: uuid("id").primaryKey(),
  channelId: channelId().notNull(),
  byUserId: byUserId(),
  question: text("question").notNull(),
  choices: text("choices").array().notNull(),
  /** By choice: the number of rows in `poll_votes`, while they are kept. */
  votes: integer("votes").array().notNull(),
  startedAt: moment("started_at").notNull(),
  endsAt: moment("ends_at").notNull(),
  /** Null: open. One poll of a channel is. */
  endedAt: moment("ended_at"),
});

/** Kept until some time after the poll's end. */
export const pollVotes = pgTable(
  "poll_votes",
  {
    pollId: uuid("poll_id")
      .notNull()
      .references(() => chatPolls.id, { onDelete: "cascade" }),
    userId: userId(),
    /** From 0. */
    choice: integer("choice").notNull(),
    /** Of the request: its repeat is the same vote. */
    id: uuid("id").notNull(),
    at: moment("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.pollId, t.userId] })],
);

export const raids = pgTable("raids", {
  id: uuid("id").primaryKey(),
  /** The source. */
  channelId: channelId().notNull(),
  toChannelId: uuid("to_channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" }),
  byUserId: byUserId(),
  viewers: integer("viewers").notNull(),
  state: text("state", { enum: ["counting", "gone", "cancelled", "declined"] }).notNull(),
  startedAt: moment("started_at").notNull(),
  goesAt: moment("goes_at").notNull(),
  /** When the target's room was told. Null: not yet. */
  toldAt: moment("told_at"),
});

/** No row: everybody may come while the channel is on air. */
export const raidSettings = pgTable("raid_settings", {
  channelId: channelId().primaryKey(),
  accept: text("accept", { enum: ["everyone", "followed", "off"] })
    .notNull()
    .default("everyone"),
  viewersMin: count("viewers_min").notNull().default(0),
  whileOffline: boolean("while_offline").notNull().default(false),
});
