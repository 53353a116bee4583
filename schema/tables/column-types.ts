// Column types that the tables share, as the driver of `database.ts` reads and writes them.

import { sql } from "drizzle-orm";
import { bigint, customType, timestamp } from "drizzle-orm/pg-core";

export const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/** `timestamptz`; a Date has milliseconds, the column microseconds. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** `bigint` that stays below 2^53. */
export const count = (name: string) => bigint(name, { mode: "number" });

/** `jsonb`. Sent as text: the driver itself would turn a text into JSON once more. */
export const json = <Data>(name: string) =>
  customType<{ data: Data }>({
    dataType: () => "jsonb",
    toDriver: (value) => sql`${JSON.stringify(value)}::text::jsonb`,
  })(name);
