// Judging of lines: a room's terms, AutoMod's settings, and lines that wait for a moderator. Only a channel's owner writes these tables
// (queries/chat/asides.ts).

import { boolean, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { AutoModView, HoldReason } from "../api/auto-mod.ts";
import type { Author } from "../api/chat.ts";
import { userId, users } from "./accounts.ts";
import { channels } from "./channels.ts";
import { json, moment } from "./column-types.ts";

const channelId = () => uuid("channel_id").references(() => channels.id, { onDelete: "cascade" });
const byUserId = () => uuid("by_user_id").references(() => users.id, { onDelete: "set null" });

export const roomTerms = pgTable("room_terms", {
  id: uuid("id").primaryKey(),
  channelId: channelId().notNull(),
  kind: text("kind", { enum: ["blocked", "permitted"] }).notNull(),
  /** As it was typed. */
  text: text("text").notNull(),
  byUserId: byUserId(),
  createdAt: moment("created_at").notNull(),
  /** Null: until it is deleted. */
  expiresAt: moment("expires_at"),
});

export const roomAutoMod = pgTable("room_auto_mod", {
  channelId: channelId().primaryKey(),
  settings: json<Partial<AutoModView>>("settings").notNull(),
  changedAt: moment("changed_at").notNull(),
});

/** Kept for a day after it is decided or expired, without its text. */
export const heldLines = pgTable("held_lines", {
  /** Of the line, also once it is an entry. */
  id: uuid("id").primaryKey(),
  channelId: channelId().notNull(),
  userId: userId(),
  at: moment("at").notNull(),
  expiresAt: moment("expires_at").notNull(),
  nonce: text("nonce").notNull(),
  author: json<Author>("author").notNull(),
  body: text("body").notNull(),
  action: boolean("action").notNull().default(false),
  replyTo: uuid("reply_to"),
  reason: json<HoldReason>("reason").notNull(),
  /** Null: nobody has decided. */
  decidedAt: moment("decided_at"),
  allowed: boolean("allowed"),
  byUserId: byUserId(),
});
