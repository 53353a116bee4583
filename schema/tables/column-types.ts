// Column types that the tables share; they match the driver's conversions in `database.ts`.

import { sql } from "drizzle-orm";
import { bigint, customType, timestamp } from "drizzle-orm/pg-core";

export const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/** `timestamptz`. The column has microseconds, a Date only milliseconds. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** `bigint` that stays below 2^53. */
export const count = (name: string) => bigint(name, { mode: "number" });

/** `jsonb`. Sent as text with a cast: the driver would encode the text as JSON a second time. */
export const json = <Data>(name: string) =>
  customType<{ data: Data }>({
    dataType: () => "jsonb",
    toDriver: (value) => sql`${JSON.stringify(value)}::text::jsonb`,
  })(name);
