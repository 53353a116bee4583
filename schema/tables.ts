// The tables as drizzle sees them. The migrations are the truth; `tables.test.ts` holds this page against them.

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";

const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const count = (name: string) => bigint(name, { mode: "number" });

export const users = pgTable("users", {
  id: uuid("id").primaryKey(),
  login: text("login").notNull().unique(),
  displayName: text("display_name").notNull(),
  email: text("email").notNull().unique(),
  /** Null: signs in through a provider only. */
  passwordHash: text("password_hash"),
  role: text("role", { enum: ["user", "staff", "admin"] })
    .notNull()
    .default("user"),
  createdAt: moment("created_at").notNull().defaultNow(),
  emailVerifiedAt: moment("email_verified_at"),
  suspendedAt: moment("suspended_at"),
  /** Null while suspended: until staff lifts it. */
  suspendedUntil: moment("suspended_until"),
  suspensionReason: text("suspension_reason"),
  /** Sealed; counts once it is confirmed. */
  totpSecret: bytea("totp_secret"),
  totpConfirmedAt: moment("totp_confirmed_at"),
  /** A code of this step or an earlier one was used. */
  totpLastStep: count("totp_last_step"),
  /** Wrong codes of the last minutes, as of `otpTriedAt`. */
  otpTries: doublePrecision("otp_tries").notNull().default(0),
  otpTriedAt: moment("otp_tried_at").notNull().defaultNow(),
  loginChangedAt: moment("login_changed_at"),
});

/** Logins that were given up: for a while nobody else may have them. */
export const pastLogins = pgTable("past_logins", {
  login: text("login").primaryKey(),
  /** Who may have it back; no reference: held also when they are gone. */
  userId: uuid("user_id"),
  heldUntil: moment("held_until").notNull(),
});

/** Deleted accounts whose lines still carry their name. */
export const erasures = pgTable("erasures", {
  userId: uuid("user_id").primaryKey(),
  channelId: uuid("channel_id").notNull(),
  askedAt: moment("asked_at").notNull().defaultNow(),
});

export const signIns = pgTable("sign_ins", {
  id: uuid("id").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  tokenHash: bytea("token_hash").notNull().unique(),
  previousHash: bytea("previous_hash"),
  rotatedAt: moment("rotated_at").notNull().defaultNow(),
  createdAt: moment("created_at").notNull().defaultNow(),
  expiresAt: moment("expires_at").notNull(),
  userAgent: text("user_agent").notNull().default(""),
  address: text("address").notNull().default(""),
  lastUsedAt: moment("last_used_at").notNull().defaultNow(),
  method: text("method").notNull().default("password"),
});

const userId = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

export const revocations = pgTable("revocations", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  subject: uuid("subject").notNull(),
  at: moment("at").notNull().defaultNow(),
});

export const recoveryCodes = pgTable(
  "recovery_codes",
  { userId: userId(), codeHash: bytea("code_hash").notNull(), usedAt: moment("used_at") },
  (t) => [primaryKey({ columns: [t.userId, t.codeHash] })],
);

export const identities = pgTable(
  "identities",
  {
    provider: text("provider").notNull(),
    subject: text("subject").notNull(),
    userId: userId(),
    name: text("name").notNull().default(""),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] })],
);

export const emailTokens = pgTable("email_tokens", {
  tokenHash: bytea("token_hash").primaryKey(),
  userId: userId(),
  purpose: text("purpose", { enum: ["verify", "reset", "change"] }).notNull(),
  email: text("email").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  expiresAt: moment("expires_at").notNull(),
  usedAt: moment("used_at"),
});

export const accessTokens = pgTable("access_tokens", {
  id: uuid("id").primaryKey(),
  userId: userId(),
  name: text("name").notNull(),
  tokenHash: bytea("token_hash").notNull().unique(),
  hint: text("hint").notNull(),
  scopes: text("scopes").array().notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  lastUsedAt: moment("last_used_at"),
  expiresAt: moment("expires_at"),
});

export const channels = pgTable("channels", {
  id: uuid("id").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .unique()
    .references(() => users.id, { onDelete: "cascade" }),
  title: text("title").notNull().default(""),
  category: text("category"),
  tags: text("tags").array().notNull().default(sql`'{}'`),
  language: text("language"),
  mature: boolean("mature").notNull().default(false),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
  suspendedAt: moment("suspended_at"),
  suspensionReason: text("suspension_reason"),
  /** Rows of follows, kept by triggers. */
  followers: integer("followers").notNull().default(0),
  /** Null while suspended: until staff lifts it. */
  suspendedUntil: moment("suspended_until"),
});

const channelId = () =>
  uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" });

export const channelRoles = pgTable(
  "channel_roles",
  {
    channelId: channelId(),
    userId: userId(),
    role: text("role", { enum: ["editor", "moderator", "vip", "subscriber"] }).notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.userId, t.role] })],
);

export const follows = pgTable(
  "follows",
  { userId: userId(), channelId: channelId(), createdAt: moment("created_at").notNull().defaultNow() },
  (t) => [primaryKey({ columns: [t.userId, t.channelId] })],
);

export const blocks = pgTable(
  "blocks",
  {
    userId: userId(),
    blockedUserId: uuid("blocked_user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.blockedUserId] })],
);

export const reports = pgTable("reports", {
  id: uuid("id").primaryKey(),
  reporterId: uuid("reporter_id").references(() => users.id, { onDelete: "set null" }),
  kind: text("kind", { enum: ["channel", "line", "user"] }).notNull(),
  targetId: uuid("target_id").notNull(),
  channelId: uuid("channel_id").references(() => channels.id, { onDelete: "cascade" }),
  reason: text("reason").notNull(),
  detail: text("detail").notNull().default(""),
  /** What was reported, as it was then. */
  evidence: jsonb("evidence"),
  status: text("status", { enum: ["open", "resolved", "dismissed"] })
    .notNull()
    .default("open"),
  handledBy: uuid("handled_by").references(() => users.id, { onDelete: "set null" }),
  handledAt: moment("handled_at"),
  note: text("note"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const auditLog = pgTable("audit_log", {
  id: uuid("id").primaryKey(),
  at: moment("at").notNull().defaultNow(),
  actorId: uuid("actor_id"),
  act: text("act").notNull(),
  target: text("target").notNull().default(""),
  address: text("address").notNull().default(""),
  detail: jsonb("detail").notNull().default({}),
});

export const streamKeys = pgTable("stream_keys", {
  channelId: uuid("channel_id")
    .primaryKey()
    .references(() => channels.id, { onDelete: "cascade" }),
  keyHash: bytea("key_hash").notNull().unique(),
  hint: text("hint").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

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
});

export const actors = pgTable(
  "actors",
  {
    kind: text("kind").notNull(),
    key: text("key").notNull(),
    epoch: count("epoch").notNull(),
    version: count("version").notNull().default(0),
    node: uuid("node"),
    state: jsonb("state"),
    answered: jsonb("answered").notNull().default([]),
    wakeAt: moment("wake_at"),
    claimedAt: moment("claimed_at").notNull().defaultNow(),
    savedAt: moment("saved_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.key] })],
);

export const broadcasts = pgTable("broadcasts", {
  id: uuid("id").primaryKey(),
  channelId: uuid("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" }),
  title: text("title").notNull(),
  phase: text("phase", { enum: ["live", "lost", "ended"] }).notNull(),
  epoch: count("epoch").notNull(),
  startedAt: moment("started_at").notNull(),
  endedAt: moment("ended_at"),
});

export const chatEntries = pgTable(
  "chat_entries",
  {
    channelId: uuid("channel_id").notNull(),
    seq: count("seq").notNull(),
    epoch: count("epoch").notNull(),
    id: uuid("id").notNull().unique(),
    kind: text("kind").notNull(),
    at: moment("at").notNull(),
    userId: uuid("user_id"),
    nonce: text("nonce"),
    author: jsonb("author"),
    body: text("body").notNull().default(""),
    action: boolean("action").notNull().default(false),
    replyTo: uuid("reply_to"),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.seq] })],
);
