// The acts of the audit log, and `GET /api/v1/admin/audit`.

import { type Static, t } from "elysia";
import { page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, id, moment, number, orNull, pageOf, part, text } from "./shapes.ts";

/**
 * All security-relevant acts, by dotted names; a new one is appended to its group. `staff`: an act of staff, admins or the operator on others,
 * which fails if it cannot be written to the log.
 */
export const acts = {
  "user.registered": { staff: false },
  "user.exported": { staff: false },
  "user.deleted": { staff: false },
  "login.changed": { staff: false },
  "email.verified": { staff: false },
  "email.changed": { staff: false },
  "password.changed": { staff: false },
  "password.reset-asked": { staff: false },
  "password.reset": { staff: false },
  "sign-in.ok": { staff: false },
  "sign-in.failed": { staff: false },
  "sign-in.ended": { staff: false },
  "sign-in.all-ended": { staff: false },
  "refresh-token.reused": { staff: false },
  "totp.enabled": { staff: false },
  "totp.disabled": { staff: false },
  "totp.failed": { staff: false },
  "recovery-codes.renewed": { staff: false },
  "recovery-code.used": { staff: false },
  "identity.linked": { staff: false },
  "identity.unlinked": { staff: false },
  "access-token.made": { staff: false },
  "access-token.ended": { staff: false },
  "stream-key.renewed": { staff: false },
  "stream-key.guessed": { staff: false },
  "target.added": { staff: false },
  "target.changed": { staff: false },
  "target.removed": { staff: false },
  "channel-role.granted": { staff: false },
  "channel-role.taken": { staff: false },
  "user.blocked": { staff: false },
  "user.unblocked": { staff: false },
  "report.made": { staff: false },
  "role.granted": { staff: true },
  "user.viewed": { staff: true },
  "user.suspended": { staff: true },
  "user.restored": { staff: true },
  "channel.suspended": { staff: true },
  "channel.restored": { staff: true },
  "report.resolved": { staff: true },
  "report.dismissed": { staff: true },
  "broadcast.stopped": { staff: true },
  "picture.removed": { staff: true },
  "category.changed": { staff: true },
  "node.drained": { staff: true },
  "node.undrained": { staff: true },
  "node.log-level": { staff: true },
  "address.blocked": { staff: true },
  "address.unblocked": { staff: true },
} as const satisfies Record<string, { staff: boolean }>;

export type Act = keyof typeof acts;

/** Acts on others: their entries are kept for ever, even if the actor's account is deleted. */
export const STAFF_ACTS: readonly string[] = Object.entries(acts).flatMap(([act, { staff }]) => (staff ? [act] : []));

/** Facts about an act. Never passwords, keys, tokens or codes, nor a typed login, which may be a password. */
const detail = t.Record(text, t.Union([text, number, bool, t.Null()]));
export type AuditDetail = Static<typeof detail>;

export const auditAnswer = answer("AuditEntry", {
  id,
  at: moment,
  /** Null: not signed in, or the operator at the console. `login` null: the account was deleted. */
  actor: orNull(part({ id, login: orNull(text) })),
  act: text,
  /** Id of the user, channel, report or node; empty: none. */
  target: text,
  /** Login of the target, if it is an existing user or channel. */
  targetLogin: orNull(text),
  /** Client address; empty at the console. */
  address: text,
  detail,
});
export type AuditView = Static<typeof auditAnswer>;

export const listAuditEntries = route("GET /api/v1/admin/audit", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({
    actor: t.Optional(t.String({ maxLength: 36, description: "login or id of the acting user" })),
    act: t.Optional(
      t.String({ maxLength: 40, description: "an act such as sign-in.failed, or the part before its dot" }),
    ),
    target: t.Optional(t.String({ maxLength: 64, description: "login or id of the target" })),
    before: t.Optional(t.String({ maxLength: 40, description: "a time, RFC 3339" })),
    /** At this time or later. */
    since: t.Optional(t.String({ maxLength: 40, description: "a time, RFC 3339" })),
    ...page,
  }),
  answers: { 200: pageOf(auditAnswer) },
  summary: "List security-relevant acts, newest first",
});
