// Targets of restreaming, and the public keys for which their stream keys are sealed.

import { boolean, integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { channels } from "./channels.ts";
import { bytea, moment } from "./column-types.ts";

export const restreamTargets = pgTable(
  "restream_targets",
  {
    id: uuid("id").primaryKey(),
    channelId: uuid("channel_id")
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    /** From 0. */
    position: integer("position").notNull(),
    name: text("name").notNull(),
    /** As `parseTargetUrl` writes it. */
    serverUrl: text("server_url").notNull(),
    /** See `runtime/outbound/sealed-box.ts`; about `sealedAbout`. */
    sealedKey: bytea("sealed_key").notNull(),
    keyHint: text("key_hint"),
    enabled: boolean("enabled").notNull().default(true),
    /** Rises when address or key change. */
    revision: integer("revision").notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [unique().on(table.channelId, table.position)],
);

/** Written by those who have the secret. */
export const boxKeys = pgTable("box_keys", {
  purpose: text("purpose").primaryKey(),
  publicKey: bytea("public_key").notNull(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});
