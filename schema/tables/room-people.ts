// What a room's moderators keep about people: warnings, notes, unban requests, suspicions; and the traces of sign-ins that suspicions are found by.

import { boolean, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { userId, users } from "./accounts.ts";
import { channels } from "./channels.ts";
import { bytea, count, moment } from "./column-types.ts";

const channelId = () =>
  uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" });
const byUserId = (name = "by_user_id") => uuid(name).references(() => users.id, { onDelete: "set null" });

/** Only a channel's owner writes it, in the statement of the act (queries/chat/acts.ts). The id is that of the act's entry. */
export const warnings = pgTable("warnings", {
  id: uuid("id").primaryKey(),
  channelId: channelId(),
  userId: userId(),
  byUserId: byUserId(),
  reason: text("reason").notNull(),
  createdAt: moment("created_at").notNull(),
  /** Null: the person may not write yet. */
  acknowledgedAt: moment("acknowledged_at"),
});

/** Only the channel's moderators see them. */
export const personNotes = pgTable("person_notes", {
  id: uuid("id").primaryKey(),
  channelId: channelId(),
  userId: userId(),
  byUserId: byUserId(),
  body: text("body").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const unbanRequests = pgTable("unban_requests", {
  id: uuid("id").primaryKey(),
  channelId: channelId(),
  userId: userId(),
  /** Of the ban that it is about. */
  bannedAt: moment("banned_at").notNull(),
  body: text("body").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  /** `accepting`: decided, and the ban is being lifted. `closed`: the ban was lifted without it. */
  state: text("state", { enum: ["open", "accepting", "accepted", "denied", "closed"] })
    .notNull()
    .default("open"),
  decidedBy: byUserId("decided_by"),
  decidedAt: moment("decided_at"),
  answer: text("answer").notNull().default(""),
});

/** Keyed hashes of where people signed in. */
export const signInTraces = pgTable(
  "sign_in_traces",
  {
    userId: userId(),
    addressHash: bytea("address_hash").notNull(),
    deviceHash: bytea("device_hash").notNull(),
    seenAt: moment("seen_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.addressHash, t.deviceHash] })],
);

export const suspicions = pgTable(
  "suspicions",
  {
    channelId: channelId(),
    userId: userId(),
    /** `cleared`: a moderator took the mark away, and it is not found again. */
    level: text("level", { enum: ["possible", "likely", "cleared"] }).notNull(),
    byUserId: byUserId(),
    /** True: by the traces of sign-ins. False: set by a moderator. */
    isFound: boolean("is_found").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.userId] })],
);

/** Lines up to `seq` whose author wants them gone. Their texts are erased in steps. */
export const lineErasures = pgTable(
  "line_erasures",
  { channelId: channelId(), userId: uuid("user_id").notNull(), seq: count("seq").notNull() },
  (t) => [primaryKey({ columns: [t.channelId, t.userId] })],
);
