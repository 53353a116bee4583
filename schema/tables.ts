// The tables as drizzle sees them. The migrations are the truth; `tables.test.ts` holds this page against them.

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";

const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const count = (name: string) => bigint(name, { mode: "number" });

export const users = pgTable("users", {
  id: uuid("id").primaryKey(),
  login: text("login").notNull().unique(),
  displayName: text("display_name").notNull(),
  email: text("email").notNull().unique(),
  passwordHash: text("password_hash").notNull(),
  role: text("role", { enum: ["user", "staff", "admin"] })
    .notNull()
    .default("user"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const signIns = pgTable("sign_ins", {
  id: uuid("id").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  tokenHash: bytea("token_hash").notNull().unique(),
  previousHash: bytea("previous_hash"),
  rotatedAt: moment("rotated_at").notNull().defaultNow(),
  createdAt: moment("created_at").notNull().defaultNow(),
  expiresAt: moment("expires_at").notNull(),
  userAgent: text("user_agent").notNull().default(""),
  address: text("address").notNull().default(""),
});

export const channels = pgTable("channels", {
  id: uuid("id").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .unique()
    .references(() => users.id, { onDelete: "cascade" }),
  title: text("title").notNull().default(""),
  category: text("category"),
  tags: text("tags").array().notNull().default(sql`'{}'`),
  language: text("language"),
  mature: boolean("mature").notNull().default(false),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

export const streamKeys = pgTable("stream_keys", {
  channelId: uuid("channel_id")
    .primaryKey()
    .references(() => channels.id, { onDelete: "cascade" }),
  keyHash: bytea("key_hash").notNull().unique(),
  hint: text("hint").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const nodes = pgTable("nodes", {
  incarnation: uuid("incarnation").primaryKey(),
  name: text("name").notNull(),
  address: text("address").notNull(),
  slots: integer("slots").notNull(),
  used: integer("used").notNull().default(0),
  draining: boolean("draining").notNull().default(false),
  startedAt: moment("started_at").notNull().defaultNow(),
  seenAt: moment("seen_at").notNull().defaultNow(),
  leftAt: moment("left_at"),
});

export const actors = pgTable(
  "actors",
  {
    kind: text("kind").notNull(),
    key: text("key").notNull(),
    epoch: count("epoch").notNull(),
    version: count("version").notNull().default(0),
    node: uuid("node"),
    state: jsonb("state"),
    answered: jsonb("answered").notNull().default([]),
    wakeAt: moment("wake_at"),
    claimedAt: moment("claimed_at").notNull().defaultNow(),
    savedAt: moment("saved_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.key] })],
);

export const broadcasts = pgTable("broadcasts", {
  id: uuid("id").primaryKey(),
  channelId: uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" }),
  title: text("title").notNull(),
  phase: text("phase", { enum: ["live", "lost", "ended"] }).notNull(),
  epoch: count("epoch").notNull(),
  startedAt: moment("started_at").notNull(),
  endedAt: moment("ended_at"),
});

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
    author: jsonb("author"),
    body: text("body").notNull().default(""),
    action: boolean("action").notNull().default(false),
    replyTo: uuid("reply_to"),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.seq] })],
);
