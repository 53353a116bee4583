// Accounts as staff sees them, and their roles on the whole platform (`/api/v1/admin/users`).

import { type Static, t } from "elysia";
import { auditAnswer } from "./audit.ts";
import { page, reason, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, orNull, pageOf, part, queryFlag, text, word } from "./shapes.ts";
import { suspensionAnswer } from "./suspensions.ts";
import { person, ROLES, role } from "./user.ts";

const account = { ...person, email: text, role, createdAt: moment, suspension: orNull(suspensionAnswer) };

/** One line of the list. */
export const adminUserAnswer = answer("AdminUser", account);
export type AdminUserView = Static<typeof adminUserAnswer>;

const device = answer("AdminSignIn", {
  id,
  method: text,
  createdAt: moment,
  lastUsedAt: moment,
  userAgent: text,
  address: text,
});

const reportCounts = part({ open: count, resolved: count, dismissed: count });

/** Everything that helps to judge an account. Never hashes, keys, tokens, secrets. */
export const adminUserDetailAnswer = answer("AdminUserDetail", {
  ...account,
  emailVerified: bool,
  twoFactor: bool,
  hasPassword: bool,
  /** Accounts elsewhere: `google`, `github`, … */
  providers: t.Array(text),
  channel: part({ id, title: text, followers: count, suspension: orNull(suspensionAnswer) }),
  /** Devices that are signed in, last used first; 20 at most. */
  signIns: t.Array(device),
  /** About the user, their channel or their lines. */
  reports: reportCounts,
  /** Reports that the user made. */
  reported: reportCounts,
  /** What the user did and what was done to them, newest first; 50 at most. */
  audit: t.Array(auditAnswer),
});
export type AdminUserDetailView = Static<typeof adminUserDetailAnswer>;

export const listUsers = route("GET /api/v1/admin/users", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  query: t.Object(
    {
      q: t.Optional(
        t.String({ maxLength: 254, description: "part of a login or display name, or a whole e-mail address" }),
      ),
      role: t.Optional(word([...ROLES, ""], "user, staff or admin")),
      suspended: t.Optional(queryFlag),
      ...page,
    },
    strict,
  ),
  answers: { 200: pageOf(adminUserAnswer) },
  summary: "Accounts, newest first",
});

export const readUser = route("GET /api/v1/admin/users/:login", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  answers: { 200: adminUserDetailAnswer },
  summary: "An account in detail; the look is written into the audit log",
});

export const changeUser = route("PATCH /api/v1/admin/users/:login", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  body: t.Object({ role: word(ROLES, "user, staff or admin"), reason: t.Optional(reason) }, strict),
  answers: { 200: adminUserAnswer },
  codes: ["last_admin"],
  summary: "Change an account's role",
});
