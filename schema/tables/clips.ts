// Clips: pointers into the segments of a video. A clip has no media of its own.

import { boolean, doublePrecision, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { channels } from "./channels.ts";
import { count, moment } from "./column-types.ts";
import { videos } from "./videos.ts";

export const clips = pgTable("clips", {
  id: uuid("id").primaryKey(),
  channelId: uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" }),
  videoId: uuid("video_id")
    .notNull()
    .references(() => videos.id, { onDelete: "cascade" }),
  /** Who made it; null once the account is gone. */
  userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
  title: text("title").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  /** Position in the video, media time: for links to it. Gaps before it may be filled later, so it is no pointer. */
  startMs: doublePrecision("start_ms").notNull(),
  durationMs: integer("duration_ms").notNull(),
  /** The pointer: numbers of the video's segments, both included, and where in the first one the clip begins. */
  firstNumber: count("first_number").notNull(),
  lastNumber: count("last_number").notNull(),
  offsetMs: doublePrecision("offset_ms").notNull(),
  views: count("views").notNull().default(0),
  /** It has a picture of its own. */
  pictured: boolean("pictured").notNull().default(false),
  /** When an actor node draws it next; null: it is there, or was tried often enough. */
  pictureDueAt: moment("picture_due_at").defaultNow(),
  pictureTries: integer("picture_tries").notNull().default(0),
});

/** Views of the last day: a session counts once in that time. */
export const clipViews = pgTable(
  "clip_views",
  {
    clipId: uuid("clip_id")
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    /** A hash, of which nobody can tell the person. */
    session: text("session").notNull(),
    at: moment("at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.clipId, table.session] })],
);
