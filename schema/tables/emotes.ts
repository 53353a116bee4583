// Emotes: pictures that stand for words in chat lines.

import { boolean, integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { channels } from "./channels.ts";
import { moment } from "./column-types.ts";

export const emotes = pgTable(
  "emotes",
  {
    id: uuid("id").primaryKey(),
    /** Null: of the instance, in every room. */
    channelId: uuid("channel_id").references(() => channels.id, { onDelete: "cascade" }),
    /** Exact, as it stands in a line. */
    code: text("code").notNull(),
    /** A part of the keys of its pictures. */
    hash: text("hash").notNull(),
    /** Of its lowest size, in pixels. */
    width: integer("width").notNull(),
    height: integer("height").notNull(),
    /** Heights that are kept, ascending. */
    heights: integer("heights").array().notNull(),
    animated: boolean("animated").notNull(),
    /** Who uploaded it; null once the account is gone. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [unique().on(table.channelId, table.code).nullsNotDistinct()],
);
