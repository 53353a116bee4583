// The audit log, and errors that processes have logged.

import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { AuditDetail } from "../api/audit.ts";
import { count, json, moment } from "./column-types.ts";

/** Acts that matter for security. No references: an act outlives the accounts it names. */
export const auditLog = pgTable("audit_log", {
  id: uuid("id").primaryKey(),
  at: moment("at").notNull().defaultNow(),
  actorId: uuid("actor_id"),
  act: text("act").notNull(),
  target: text("target").notNull().default(""),
  address: text("address").notNull().default(""),
  detail: json<AuditDetail>("detail").notNull().default({}),
});

/** Grouped by what they say and where. `reason`, `stack`, `node`, `request` and `trace` are those of the newest one. */
export const errorGroups = pgTable("error_groups", {
  fingerprint: text("fingerprint").primaryKey(),
  level: text("level", { enum: ["error", "fatal"] }).notNull(),
  message: text("message").notNull(),
  reason: text("reason").notNull(),
  /** In our code; empty: not known. */
  place: text("place").notNull(),
  stack: text("stack").notNull(),
  node: text("node").notNull(),
  request: text("request"),
  trace: text("trace"),
  count: count("count").notNull(),
  firstAt: moment("first_at").notNull(),
  lastAt: moment("last_at").notNull(),
});
