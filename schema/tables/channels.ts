// Channels, their stream keys, their broadcasts, and the categories they may have.

import { sql } from "drizzle-orm";
import { boolean, integer, pgTable, primaryKey, real, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { bytea, count, json, moment } from "./column-types.ts";

/** Of a channel's page; shown in this order. */
export interface ChannelLink {
  name: string;
  /** `https:` alone. */
  url: string;
}

export const channels = pgTable("channels", {
  id: uuid("id").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .unique()
    .references(() => users.id, { onDelete: "cascade" }),
  title: text("title").notNull().default(""),
  /** A name in `categories`; channels of earlier releases may have another word. */
  category: text("category"),
  tags: text("tags").array().notNull().default(sql`'{}'`),
  language: text("language"),
  mature: boolean("mature").notNull().default(false),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
  suspendedAt: moment("suspended_at"),
  suspensionReason: text("suspension_reason"),
  /** Number of rows in `follows`, maintained by triggers. */
  followers: integer("followers").notNull().default(0),
  /** Null while `suspendedAt` is set: until staff lifts the suspension. */
  suspendedUntil: moment("suspended_until"),
  visibility: text("visibility", { enum: ["public", "unlisted", "followers", "password"] })
    .notNull()
    .default("public"),
  /** Null: no password was ever set. Kept while another visibility is in force. */
  playbackPasswordHash: text("playback_password_hash"),
  /** Playback tokens name it: when it rises, all tokens of the channel end. */
  playbackVersion: integer("playback_version").notNull().default(0),
  /** False: what is published is a preview until it is started by hand. */
  autoStart: boolean("auto_start").notNull().default(true),
  /** Plain text with line breaks; empty: none. */
  about: text("about").notNull().default(""),
  rules: text("rules").notNull().default(""),
  links: json<ChannelLink[]>("links").notNull().default(sql`'[]'`),
  /** What is live is kept as a video. */
  record: boolean("record").notNull().default(true),
  /** Viewers may make clips of what they may watch. */
  clips: boolean("clips").notNull().default(true),
  /** Viewers may download the videos that they may watch. */
  downloads: boolean("downloads").notNull().default(false),
  /** Address of the narrowest width; null: none. */
  bannerUrl: text("banner_url"),
});

export const streamKeys = pgTable("stream_keys", {
  channelId: uuid("channel_id")
    .primaryKey()
    .references(() => channels.id, { onDelete: "cascade" }),
  keyHash: bytea("key_hash").notNull().unique(),
  /** The key's last four characters. */
  hint: text("hint").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** To publish once, in place of the stream key. */
export const publishTickets = pgTable("publish_tickets", {
  hash: bytea("hash").primaryKey(),
  channelId: uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" }),
  /** Of the program that publishes; null: RTMP says it. */
  encoder: text("encoder"),
  expiresAt: moment("expires_at").notNull(),
  /** The one session that has used it; null: none yet. */
  usedBy: text("used_by"),
});

export const broadcasts = pgTable("broadcasts", {
  id: uuid("id").primaryKey(),
  channelId: uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" }),
  title: text("title").notNull(),
  /** The channel's when the broadcast began. Null: none, or a row of the releases before. */
  category: text("category"),
  phase: text("phase", { enum: ["live", "lost", "ended"] }).notNull(),
  /** Epoch of the owner that wrote the row last. */
  epoch: count("epoch").notNull(),
  startedAt: moment("started_at").notNull(),
  endedAt: moment("ended_at"),
  /** These three are null in rows of the releases before, and `endReason` while on air. */
  viewersPeak: integer("viewers_peak"),
  viewersAverage: real("viewers_average"),
  /** Different viewers; null: not counted. */
  viewersUnique: integer("viewers_unique"),
  endReason: text("end_reason", { enum: ["stopped", "encoder_gone", "limit"] }),
});

/** Titles and categories that a broadcast had after its first: chapters of its recording. */
export const broadcastChanges = pgTable(
  "broadcast_changes",
  {
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    at: moment("at").notNull(),
    title: text("title").notNull(),
    category: text("category"),
  },
  (table) => [primaryKey({ columns: [table.broadcastId, table.at] })],
);

/** Rows come from migrations alone; staff chooses their pictures. */
export const categories = pgTable("categories", {
  slug: text("slug").primaryKey(),
  name: text("name").notNull().unique(),
  /** Names the picture's objects. */
  id: uuid("id").notNull().unique().default(sql`gen_random_uuid()`),
  pictureUrl: text("picture_url"),
});
