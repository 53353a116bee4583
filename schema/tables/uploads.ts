// Uploads: what is known of a video's file until it is processed.

import { integer, pgTable, real, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { count, moment } from "./column-types.ts";
import { videos } from "./videos.ts";

export const uploads = pgTable("uploads", {
  videoId: uuid("video_id")
    .primaryKey()
    .references(() => videos.id, { onDelete: "cascade" }),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  /** As the uploader's machine names it: a text, never a path. */
  fileName: text("file_name").notNull(),
  /** As declared; the object store's own count is compared with it. */
  bytes: count("bytes").notNull(),
  /** Of each part but the last. */
  partBytes: integer("part_bytes").notNull(),
  /** Of the object store; null until the multipart upload has begun. */
  uploadId: text("upload_id"),
  /** When it is given up, if it is not complete by then. */
  expiresAt: moment("expires_at").notNull(),
  /** From 0 to 1, while it is processed. */
  progress: real("progress"),
  /** One sentence about what is missing in the file. */
  warning: text("warning"),
});
