// Entries of rooms.

import { boolean, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Author } from "../api/chat.ts";
import { count, json, moment } from "./column-types.ts";

/** `seq` rises within a room. No references: a line keeps its row after an account deletion. */
export const chatEntries = pgTable(
  "chat_entries",
  {
    channelId: uuid("channel_id").notNull(),
    seq: count("seq").notNull(),
    epoch: count("epoch").notNull(),
    id: uuid("id").notNull().unique(),
    kind: text("kind").notNull(),
    at: moment("at").notNull(),
    userId: uuid("user_id"),
    nonce: text("nonce"),
    author: json<Author>("author"),
    body: text("body").notNull().default(""),
    action: boolean("action").notNull().default(false),
    replyTo: uuid("reply_to"),
    /** What a moderator did; null for lines. The author is the moderator. */
    event: json<Record<string, unknown>>("event"),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.seq] })],
);
