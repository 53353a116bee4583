// Actor nodes, and the actors with their owners.

import { boolean, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { count, json, moment } from "./column-types.ts";

/** A node whose `seen_at` is older than this, by the database's clock, is dead. */
export const NODE_SILENT_MS = 10_000;

/** One row per boot of an actor node. */
export const nodes = pgTable("nodes", {
  incarnation: uuid("incarnation").primaryKey(),
  name: text("name").notNull(),
  address: text("address").notNull(),
  slots: integer("slots").notNull(),
  used: integer("used").notNull().default(0),
  draining: boolean("draining").notNull().default(false),
  startedAt: moment("started_at").notNull().defaultNow(),
  seenAt: moment("seen_at").notNull().defaultNow(),
  leftAt: moment("left_at"),
  /** Only rises: a lower number than before says that commits were lost. */
  beats: count("beats").notNull().default(0),
});

/** One row: which database this is (queries/cluster/lineage.ts). */
export const databaseLineage = pgTable("database_lineage", {
  onlyRow: boolean("only_row").primaryKey().default(true),
  identity: text("identity").notNull(),
  timeline: count("timeline").notNull(),
  raises: integer("raises").notNull().default(0),
  raisedAt: moment("raised_at"),
});

/** The only authority on an actor's owner and state. */
export const actors = pgTable(
  "actors",
  {
    kind: text("kind").notNull(),
    key: text("key").notNull(),
    epoch: count("epoch").notNull(),
    version: count("version").notNull().default(0),
    /** Incarnation of the owner; null: asleep. */
    node: uuid("node"),
    state: json("state"),
    answered: json<{ id: string; answer: unknown }[]>("answered").notNull().default([]),
    /** From this time on some node must own the actor. */
    wakeAt: moment("wake_at"),
    claimedAt: moment("claimed_at").notNull().defaultNow(),
    savedAt: moment("saved_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.key] })],
);
