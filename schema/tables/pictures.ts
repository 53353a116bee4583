// Pictures that people sent, as far as they are not columns of their owners.

import { pgTable, text } from "drizzle-orm/pg-core";
import { moment } from "./column-types.ts";

/** Objects that nobody needs any more, or that are only being stored. */
export const pictureRemovals = pgTable("picture_removals", {
  /** What their keys begin with. */
  prefix: text("prefix").primaryKey(),
  at: moment("at").notNull().defaultNow(),
});
