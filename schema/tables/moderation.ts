// Moderation of rooms. Only a channel's owner writes these tables, in the statement of the act (queries/chat/acts.ts).

import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { RoomSettings } from "../api/chat.ts";
import type { LogDetail } from "../api/moderation.ts";
import { userId, users } from "./accounts.ts";
import { channels } from "./channels.ts";
import { count, json, moment } from "./column-types.ts";

const channelId = () => uuid("channel_id").references(() => channels.id, { onDelete: "cascade" });
const byUserId = () => uuid("by_user_id").references(() => users.id, { onDelete: "set null" });

export const bans = pgTable(
  "bans",
  {
    channelId: channelId().notNull(),
    userId: userId(),
    byUserId: byUserId(),
    reason: text("reason").notNull().default(""),
    createdAt: moment("created_at").notNull(),
    /** Null: until it is lifted. */
    until: moment("until"),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.userId] })],
);

export const roomSettings = pgTable("room_settings", {
  channelId: channelId().primaryKey(),
  settings: json<Partial<RoomSettings>>("settings").notNull(),
  /** What the end of the shield mode brings back; null: it is off. */
  unshielded: json<Partial<RoomSettings>>("unshielded"),
  changedAt: moment("changed_at").notNull(),
  /** Of the mode that ends next; null: none ends by itself. */
  endsAt: moment("ends_at"),
});

/** Lines up to `seq` are deleted: of the user, or of all where the user is the zero UUID. */
export const chatClears = pgTable(
  "chat_clears",
  { channelId: channelId().notNull(), userId: uuid("user_id").notNull(), seq: count("seq").notNull() },
  (t) => [primaryKey({ columns: [t.channelId, t.userId] })],
);

/** The id is that of the act's entry. */
export const moderationLog = pgTable("moderation_log", {
  id: uuid("id").primaryKey(),
  channelId: channelId().notNull(),
  at: moment("at").notNull(),
  act: text("act").notNull(),
  byUserId: byUserId(),
  targetUserId: uuid("target_user_id").references(() => users.id, { onDelete: "set null" }),
  lineId: uuid("line_id"),
  durationMs: count("duration_ms"),
  reason: text("reason").notNull().default(""),
  settings: json<Partial<RoomSettings>>("settings"),
  /** Of acts about terms and AutoMod, and of those of the room itself. */
  detail: json<LogDetail>("detail"),
});
