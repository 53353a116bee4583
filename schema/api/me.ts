// The asker's own account: profile, password, address, login, export, deletion (`/api/v1/me*`).

import { type Static, t } from "elysia";
import { displayName, email, login, nameColor, password, strict } from "./fields.ts";
import { PROVEN, presentPassword } from "./reauthentication.ts";
import { route } from "./route.ts";
import { answer, bool, moment, orNull, text } from "./shapes.ts";
import { person, role } from "./user.ts";

export const meAnswer = answer("Me", {
  ...person,
  email: text,
  role,
  /** Of the name in chat, as it was chosen. Null: one is made of the id. */
  color: orNull(text),
});
export type MeView = Static<typeof meAnswer>;

/** The fields of the account page beyond `/me`. */
export const accountAnswer = answer("Account", {
  login: text,
  email: text,
  emailVerified: bool,
  /** A new address that is not confirmed yet. */
  pendingEmail: orNull(text),
  /** False: the user signs in with providers only. */
  hasPassword: bool,
  twoFactor: bool,
  createdAt: moment,
  /** Null: at once. */
  loginChangeAllowedAt: orNull(moment),
});
export type AccountView = Static<typeof accountAnswer>;

/** All data of a person. It has more parts than these two. */
const exportAnswer = t.Object({ exportedAt: moment, user: t.Unknown() }, { $id: "Export" });

export const readMe = route("GET /api/v1/me", {
  access: "signed-in",
  scope: "profile:read",
  limit: "read",
  answers: { 200: meAnswer },
  summary: "My profile",
});

export const changeMe = route("PATCH /api/v1/me", {
  access: "signed-in",
  scope: "profile:write",
  limit: "write",
  body: t.Object({ displayName: t.Optional(displayName), color: t.Optional(orNull(nameColor)) }, strict),
  answers: { 200: meAnswer },
  summary: "Change my profile",
});

export const readAccount = route("GET /api/v1/me/account", {
  access: "signed-in",
  limit: "read",
  answers: { 200: accountAnswer },
  summary: "My account settings",
});

export const changePassword = route("PUT /api/v1/me/password", {
  access: "signed-in",
  limit: "auth",
  body: t.Object({ oldPassword: presentPassword, password }, strict),
  answers: { 204: null },
  codes: [...PROVEN, "busy"],
  summary: "Change my password",
});

export const changeEmail = route("PUT /api/v1/me/email", {
  access: "signed-in",
  limit: "email",
  body: t.Object({ email, password: presentPassword }, strict),
  answers: { 204: null },
  codes: [...PROVEN, "email_taken"],
  summary: "Request a change of my e-mail address",
});

export const changeLogin = route("PUT /api/v1/me/login", {
  access: "signed-in",
  limit: "auth",
  body: t.Object({ login, password: presentPassword }, strict),
  answers: { 200: accountAnswer },
  codes: [...PROVEN, "login_taken", "login_changed_lately"],
  summary: "Change my login",
});

export const exportMe = route("GET /api/v1/me/export", {
  access: "signed-in",
  limit: "write",
  answers: { 200: exportAnswer },
  summary: "Export all my data as a file",
});

const deletion = {
  access: "signed-in",
  limit: "auth",
  body: t.Object({ password: presentPassword }, strict),
  answers: { 204: null },
  codes: [...PROVEN, "last_admin"],
  summary: "Delete my account",
} as const;

export const deleteMe = route("POST /api/v1/me/deletion", deletion);

/** Some clients and proxies drop the body of a DELETE. */
export const deleteMeFormerly = route("DELETE /api/v1/me", { ...deletion, insteadUse: deleteMe });
