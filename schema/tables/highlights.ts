// Highlights: videos that are put together of parts of another video. Their segments are copies, so that they stay when retention takes that.

import { integer, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { count } from "./column-types.ts";
import { videos } from "./videos.ts";

export const highlightParts = pgTable(
  "highlight_parts",
  {
    videoId: uuid("video_id")
      .notNull()
      .references(() => videos.id, { onDelete: "cascade" }),
    /** In order, from 0. */
    part: integer("part").notNull(),
    /** The video that it is cut from, and the numbers of its segments, both included. Parts follow each other there too. */
    sourceId: uuid("source_id")
      .notNull()
      .references(() => videos.id, { onDelete: "cascade" }),
    firstNumber: count("first_number").notNull(),
    lastNumber: count("last_number").notNull(),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.part] })],
);
