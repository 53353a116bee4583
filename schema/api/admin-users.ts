// Accounts for staff, and platform roles (`/api/v1/admin/users`).

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

/** All facts that staff needs about an account. Never hashes, keys, tokens or secrets. */
export const adminUserDetailAnswer = answer("AdminUserDetail", {
  ...account,
  emailVerified: bool,
  twoFactor: bool,
  hasPassword: bool,
  /** Linked identities: `google`, `github`, … */
  providers: t.Array(text),
  channel: part({ id, title: text, bannerUrl: orNull(text), followers: count, suspension: orNull(suspensionAnswer) }),
  /** Devices, the last used first; at most 20. */
  signIns: t.Array(device),
  /** Reports of the user, the user's channel or lines. */
  reports: reportCounts,
  /** Reports by the user. */
  reported: reportCounts,
  /** Acts by and on the user, newest first; at most 50. */
  audit: t.Array(auditAnswer),
});
export type AdminUserDetailView = Static<typeof adminUserDetailAnswer>;

export const listUsers = route("GET /api/v1/admin/users", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  query: t.Object({
    q: t.Optional(
      t.String({
        maxLength: 254,
        description: "words that are parts of the login or display name, or a whole e-mail address",
      }),
    ),
    role: t.Optional(word(ROLES, "user, staff or admin")),
    suspended: t.Optional(queryFlag),
    ...page,
  }),
  answers: { 200: pageOf(adminUserAnswer) },
  summary: "List accounts, newest first",
});

export const readUser = route("GET /api/v1/admin/users/:login", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  answers: { 200: adminUserDetailAnswer },
  summary: "An account in detail; reading it is audited",
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
