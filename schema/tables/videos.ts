// Videos: what was live and was kept, and what was uploaded. A video is rows of segments, each an object in the object store.

import { sql } from "drizzle-orm";
import { boolean, doublePrecision, integer, pgTable, primaryKey, real, text, uuid } from "drizzle-orm/pg-core";
import { userId } from "./accounts.ts";
import { channels } from "./channels.ts";
import { bytea, count, json, moment } from "./column-types.ts";

/** Small pictures of a video, in sheets. All sheets but the last are full. */
export interface Storyboard {
  /** Between two pictures. */
  intervalMs: number;
  /** Of one picture, in pixels. */
  width: number;
  height: number;
  /** Pictures beside and below each other in one sheet. */
  columns: number;
  rows: number;
  /** Pictures in all. */
  count: number;
}

export interface VideoFailure {
  code: string;
  /** One sentence for the person whose video it is. */
  detail: string;
}

export const videos = pgTable("videos", {
  id: uuid("id").primaryKey(),
  /** Null: the channel is gone, and this is a tombstone. */
  channelId: uuid("channel_id").references(() => channels.id, { onDelete: "cascade" }),
  kind: text("kind", { enum: ["recording", "upload", "highlight"] }).notNull(),
  /** `recording` while on air, `processing` an upload, `deleting` once nobody may see it any more. */
  status: text("status", {
    enum: ["recording", "uploading", "processing", "ready", "failed", "deleting"],
  }).notNull(),
  /** Of a recording. */
  broadcastId: uuid("broadcast_id").unique(),
  title: text("title").notNull(),
  visibility: text("visibility", { enum: ["public", "unlisted", "private", "followers"] })
    .notNull()
    .default("public"),
  createdAt: moment("created_at").notNull().defaultNow(),
  /** Wall time of the first picture; null for uploads, and before the first segment. */
  startedAt: moment("started_at"),
  /** Set once, with the totals. */
  finishedAt: moment("finished_at"),
  durationMs: doublePrecision("duration_ms").notNull().default(0),
  bytes: count("bytes").notNull().default(0),
  /** EXT-X-TARGETDURATION; null before the first segment. */
  targetDurationMs: integer("target_duration_ms"),
  /** Who recorded which numbers: the first number of each owner, by epoch. Empty for uploads. */
  owners: json<Record<string, number>>("owners").notNull().default(sql`'{}'`),
  views: count("views").notNull().default(0),
  /** Never removed by retention. */
  pinned: boolean("pinned").notNull().default(false),
  failure: json<VideoFailure>("failure"),
  /** Null before it is made. */
  storyboard: json<Storyboard>("storyboard"),
  /** Pictures that are there: `poster`, `thumbnail`. */
  pictures: text("pictures").array().notNull().default(sql`'{}'`),
  /** Of the status `deleting`. The objects go a while later, since players may still have the playlist. */
  deletingSince: moment("deleting_since"),
  /** Of a tombstone of which only the segments of its clips are left: how many clips there were then. With fewer it is swept again. */
  clipsLeft: integer("clips_left"),
  /** A part of the keys of the poster that its owner chose; null: the poster is a picture of the video. */
  posterHash: text("poster_hash"),
});

export const videoRenditions = pgTable(
  "video_renditions",
  {
    videoId: uuid("video_id")
      .notNull()
      .references(() => videos.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** RFC 6381, video first. */
    codecs: text("codecs").array().notNull(),
    width: integer("width").notNull(),
    height: integer("height").notNull(),
    fps: real("fps").notNull(),
    /** Peak, bits per second. */
    bandwidth: integer("bandwidth").notNull(),
    averageBandwidth: integer("average_bandwidth"),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.name] })],
);

export const videoInits = pgTable(
  "video_inits",
  {
    videoId: uuid("video_id")
      .notNull()
      .references(() => videos.id, { onDelete: "cascade" }),
    rendition: text("rendition").notNull(),
    hash: text("hash").notNull(),
    bytes: integer("bytes").notNull(),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.rendition, table.hash] })],
);

/** One row for each segment whose object is stored, and for each number that has none. */
export const videoSegments = pgTable(
  "video_segments",
  {
    videoId: uuid("video_id")
      .notNull()
      .references(() => videos.id, { onDelete: "cascade" }),
    rendition: text("rendition").notNull(),
    number: count("number").notNull(),
    /** Part of the object's key. */
    epoch: count("epoch").notNull(),
    /** Wall time of the first picture, EXT-X-PROGRAM-DATE-TIME, in ms since 1970. */
    atMs: doublePrecision("at_ms").notNull(),
    durationMs: doublePrecision("duration_ms").notNull(),
    /** Before it, in order of numbers, time or tracks do not go on: EXT-X-DISCONTINUITY. */
    discontinuity: boolean("discontinuity").notNull(),
    /** Begins with a keyframe. */
    keyed: boolean("keyed").notNull(),
    /** Null: there are no media for this number, EXT-X-GAP. */
    initHash: text("init_hash"),
    bytes: integer("bytes").notNull(),
    sha256: bytea("sha256"),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.rendition, table.number] })],
);

/** Where people stopped watching. No row: never watched, or watched to the end. */
export const videoPositions = pgTable(
  "video_positions",
  {
    userId: userId(),
    videoId: uuid("video_id")
      .notNull()
      .references(() => videos.id, { onDelete: "cascade" }),
    positionMs: count("position_ms").notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.videoId] })],
);

/** Views of the last day: a session counts once in that time. */
export const videoViews = pgTable(
  "video_views",
  {
    videoId: uuid("video_id")
      .notNull()
      .references(() => videos.id, { onDelete: "cascade" }),
    /** A hash, of which nobody can tell the person. */
    session: text("session").notNull(),
    at: moment("at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.session] })],
);

/** How long a channel's videos and the entries of its room are kept. No row and null: as long as the instance keeps them. 0: no limit of the channel's own. */
export const channelRetention = pgTable("channel_retention", {
  channelId: uuid("channel_id")
    .primaryKey()
    .references(() => channels.id, { onDelete: "cascade" }),
  days: count("days"),
  bytes: count("bytes"),
  chatDays: count("chat_days"),
});
