// People and what opens their accounts: passwords, devices, second factors, accounts elsewhere, links by e-mail, tokens for bots.

import { bigint, doublePrecision, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, count, moment } from "./column-types.ts";

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

/** Of a row that goes with its user. */
export const userId = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** Logins that were given up: for a while nobody else may have them. */
export const pastLogins = pgTable("past_logins", {
  login: text("login").primaryKey(),
  /** The user who may have it back. No reference: a login is held also after its user is gone. */
  userId: uuid("user_id"),
  heldUntil: moment("held_until").notNull(),
});

/** Deleted accounts whose lines still carry their name. */
export const erasures = pgTable("erasures", {
  userId: uuid("user_id").primaryKey(),
  channelId: uuid("channel_id").notNull(),
  askedAt: moment("asked_at").notNull().defaultNow(),
});

/** Devices that are signed in: one row per refresh token family. */
export const signIns = pgTable("sign_ins", {
  id: uuid("id").primaryKey(),
  userId: userId(),
  tokenHash: bytea("token_hash").notNull().unique(),
  previousHash: bytea("previous_hash"),
  rotatedAt: moment("rotated_at").notNull().defaultNow(),
  createdAt: moment("created_at").notNull().defaultNow(),
  expiresAt: moment("expires_at").notNull(),
  userAgent: text("user_agent").notNull().default(""),
  address: text("address").notNull().default(""),
  lastUsedAt: moment("last_used_at").notNull().defaultNow(),
  /** `password`, `oauth:google`, … */
  method: text("method").notNull().default("password"),
});

/** JWTs of a user, a device or a bot that were issued before `at` are void. */
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

/** Accounts elsewhere. */
export const identities = pgTable(
  "identities",
  {
    provider: text("provider").notNull(),
    /** The provider's own id of the person. */
    subject: text("subject").notNull(),
    userId: userId(),
    name: text("name").notNull().default(""),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] }), unique("identities_user").on(t.userId, t.provider)],
);

/** Links that were sent by e-mail. The token itself is only in the letter. */
export const emailTokens = pgTable("email_tokens", {
  tokenHash: bytea("token_hash").primaryKey(),
  userId: userId(),
  purpose: text("purpose", { enum: ["verify", "reset", "change"] }).notNull(),
  email: text("email").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  expiresAt: moment("expires_at").notNull(),
  usedAt: moment("used_at"),
});

/** Personal access tokens, for bots. */
export const accessTokens = pgTable("access_tokens", {
  id: uuid("id").primaryKey(),
  userId: userId(),
  name: text("name").notNull(),
  tokenHash: bytea("token_hash").notNull().unique(),
  /** The token's last characters. */
  hint: text("hint").notNull(),
  scopes: text("scopes").array().notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  lastUsedAt: moment("last_used_at"),
  /** Null: without an end. */
  expiresAt: moment("expires_at"),
});
