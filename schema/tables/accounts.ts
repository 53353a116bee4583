// Users and what gives access to their accounts: passwords, devices, two-factor, identities, links by e-mail, personal access tokens.

import { bigint, doublePrecision, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, count, moment } from "./column-types.ts";

export const users = pgTable("users", {
  id: uuid("id").primaryKey(),
  login: text("login").notNull().unique(),
  displayName: text("display_name").notNull(),
  email: text("email").notNull().unique(),
  /** Null: the user signs in through a provider only. */
  passwordHash: text("password_hash"),
  role: text("role", { enum: ["user", "staff", "admin"] })
    .notNull()
    .default("user"),
  createdAt: moment("created_at").notNull().defaultNow(),
  emailVerifiedAt: moment("email_verified_at"),
  suspendedAt: moment("suspended_at"),
  /** Null while `suspendedAt` is set: until staff lifts the suspension. */
  suspendedUntil: moment("suspended_until"),
  suspensionReason: text("suspension_reason"),
  /** Sealed. Two-factor is on once `totpConfirmedAt` is set. */
  totpSecret: bytea("totp_secret"),
  totpConfirmedAt: moment("totp_confirmed_at"),
  /** Highest TOTP time step whose code was used; codes of this step and earlier ones are refused. */
  totpLastStep: count("totp_last_step"),
  /** Leaky bucket of wrong codes: its level at `otpTriedAt`. */
  otpTries: doublePrecision("otp_tries").notNull().default(0),
  otpTriedAt: moment("otp_tried_at").notNull().defaultNow(),
  loginChangedAt: moment("login_changed_at"),
  /** Address of the narrowest width of their picture; null: none. */
  pictureUrl: text("picture_url"),
  /** Of the name in chat, `#rrggbb` as it was chosen; null: one is made of the id. */
  color: text("color"),
});

/** Column `user_id` of a row that is deleted with its user. */
export const userId = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** Former logins, held for a while: other users cannot take them. */
export const pastLogins = pgTable("past_logins", {
  login: text("login").primaryKey(),
  /** The user who may take the login back. No reference: a login stays held after an account deletion. */
  userId: uuid("user_id"),
  heldUntil: moment("held_until").notNull(),
});

/** Deleted accounts whose erasure is not complete. */
export const erasures = pgTable("erasures", {
  userId: uuid("user_id").primaryKey(),
  channelId: uuid("channel_id").notNull(),
  askedAt: moment("asked_at").notNull().defaultNow(),
});

/** Devices: one row per refresh token family. */
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

/** Access tokens of a user, a device or a personal access token (`subject`) that were issued before `at` are void. */
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

/** Accounts at providers, linked to ours. */
export const identities = pgTable(
  "identities",
  {
    provider: text("provider").notNull(),
    /** The provider's id of the account. */
    subject: text("subject").notNull(),
    userId: userId(),
    name: text("name").notNull().default(""),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] }), unique("identities_user").on(t.userId, t.provider)],
);

/** Links sent by e-mail. The token itself is only in the e-mail. */
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
  /** Null: it does not expire. */
  expiresAt: moment("expires_at"),
});
