// The audit log.

import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { AuditDetail } from "../api/audit.ts";
import { json, moment } from "./column-types.ts";

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
