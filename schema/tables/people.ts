// Channel roles, follows, blocks and reports.

import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Evidence } from "../api/reports.ts";
import { userId, users } from "./accounts.ts";
import { channels } from "./channels.ts";
import { json, moment } from "./column-types.ts";

const channelId = () =>
  uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" });

/** Roles of users in channels of others. */
export const channelRoles = pgTable(
  "channel_roles",
  {
    channelId: channelId(),
    userId: userId(),
    role: text("role", { enum: ["editor", "moderator", "vip", "subscriber"] }).notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.userId, t.role] })],
);

export const follows = pgTable(
  "follows",
  { userId: userId(), channelId: channelId(), createdAt: moment("created_at").notNull().defaultNow() },
  (t) => [primaryKey({ columns: [t.userId, t.channelId] })],
);

export const blocks = pgTable(
  "blocks",
  {
    userId: userId(),
    blockedUserId: uuid("blocked_user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.blockedUserId] })],
);

export const reports = pgTable("reports", {
  id: uuid("id").primaryKey(),
  reporterId: uuid("reporter_id").references(() => users.id, { onDelete: "set null" }),
  kind: text("kind", { enum: ["channel", "line", "user"] }).notNull(),
  targetId: uuid("target_id").notNull(),
  channelId: uuid("channel_id").references(() => channels.id, { onDelete: "cascade" }),
  reason: text("reason").notNull(),
  detail: text("detail").notNull().default(""),
  /** Copy of the reported thing at the time of the report: a line may be deleted later. */
  evidence: json<Evidence>("evidence"),
  status: text("status", { enum: ["open", "resolved", "dismissed"] })
    .notNull()
    .default("open"),
  handledBy: uuid("handled_by").references(() => users.id, { onDelete: "set null" }),
  handledAt: moment("handled_at"),
  note: text("note"),
  createdAt: moment("created_at").notNull().defaultNow(),
});
