// Reports of a channel, a line or a user: `POST /api/v1/reports`, and the queue for staff (`/api/v1/admin/reports`).

import { type Static, t } from "elysia";
import { lineAnswer } from "./chat.ts";
import { idParams, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, count, id, moment, oneOf, orNull, pageOf, part, text, word } from "./shapes.ts";
import { identity } from "./user.ts";

const KINDS = ["channel", "line", "user"] as const;
export type ReportKind = (typeof KINDS)[number];

const STATUSES = ["open", "resolved", "dismissed"] as const;
export type ReportStatus = (typeof STATUSES)[number];

const REASONS = [
  "spam",
  "harassment",
  "hate",
  "violence",
  "sexual",
  "self_harm",
  "minor_safety",
  "impersonation",
  "copyright",
  "illegal",
  "other",
] as const;
export type ReportReason = (typeof REASONS)[number];

const DETAIL_LENGTH_MAX = 1_000;

/** For the reporter: without the decision of staff. */
export const reportedAnswer = answer("Reported", { id, status: oneOf("open") });

export const makeReport = route("POST /api/v1/reports", {
  access: "signed-in",
  limit: "report",
  body: t.Object(
    {
      kind: word(KINDS, "channel, line or user"),
      target: t.String({ minLength: 1, maxLength: 64, description: "login or id of a channel or user, id of a line" }),
      reason: word(REASONS, `one of ${REASONS.join(", ")}`),
      detail: t.Optional(
        t.String({ maxLength: DETAIL_LENGTH_MAX, description: `at most ${DETAIL_LENGTH_MAX} characters` }),
      ),
      /** Only for a report of a user: the channel where it happened. */
      channel: t.Optional(t.String({ minLength: 1, maxLength: 64, description: "login or id of a channel" })),
    },
    strict,
  ),
  // 200: joined with the reporter's open report of the same target.
  answers: { 201: reportedAnswer, 200: reportedAnswer },
  codes: ["not_found"],
  summary: "Report a channel, a line or a user to staff",
});

/** A copy of the reported thing at that time. */
const evidence = t.Union([
  part({
    kind: t.Literal("channel"),
    login: text,
    displayName: text,
    title: text,
    category: orNull(text),
    broadcastId: orNull(text),
  }),
  part({ kind: t.Literal("user"), login: text, displayName: text }),
  part({ kind: t.Literal("line"), seq: count, at: moment, body: text, user: part(identity) }),
]);
export type Evidence = Static<typeof evidence>;

/** Whose account it is, as staff read it in lists. */
const named = part(identity);
export type NamedView = Static<typeof named>;

const report = {
  id,
  kind: oneOf(...KINDS),
  /** Id of the channel, line or user. */
  targetId: id,
  /** The user, the channel owner, or the author of the line. Null: the account was deleted. */
  about: orNull(named),
  /** Where it happened; null for a user without a channel. */
  channel: orNull(part({ id, login: text })),
  /** Null: the account was deleted. */
  reporter: orNull(named),
  reason: text,
  detail: text,
  evidence: orNull(evidence),
  status: oneOf(...STATUSES),
  createdAt: moment,
  /** Null: still open. */
  handled: orNull(part({ by: orNull(named), at: moment, note: text })),
  /** Open reports of the same target, including this one. */
  openAboutSame: count,
};
export const reportAnswer = answer("Report", report);
export type ReportView = Static<typeof reportAnswer>;

export const reportDetailAnswer = answer("ReportDetail", {
  ...report,
  /** The lines around a reported one, a user's last lines in that channel, or a channel's last lines; ascending, at most 21. */
  context: t.Array(lineAnswer),
});
export type ReportDetailView = Static<typeof reportDetailAnswer>;

export const listReports = route("GET /api/v1/admin/reports", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  query: t.Object({
    status: t.Optional(word(STATUSES, "open, resolved or dismissed")),
    kind: t.Optional(word(KINDS, "channel, line or user")),
    target: t.Optional(t.String({ maxLength: 64, description: "id of a channel, line or user" })),
    ...page,
  }),
  answers: { 200: pageOf(reportAnswer) },
  summary: "List reports: open ones oldest first, all others newest first",
});

export const readReport = route("GET /api/v1/admin/reports/:id", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  params: idParams,
  answers: { 200: reportDetailAnswer },
  summary: "A report with its context",
});

const handleBody = t.Object(
  {
    note: t.String({ minLength: 1, maxLength: 1_000, description: "1 to 1000 characters" }),
    all: t.Optional(t.Boolean({ description: "true: also all other open reports of the same target" })),
  },
  strict,
);

export const resolveReport = route("POST /api/v1/admin/reports/:id/resolve", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  params: idParams,
  body: handleBody,
  answers: { 200: reportAnswer },
  codes: ["already_handled"],
  summary: "Close a report that staff has acted on",
});

export const dismissReport = route("POST /api/v1/admin/reports/:id/dismiss", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  params: idParams,
  body: handleBody,
  answers: { 200: reportAnswer },
  codes: ["already_handled"],
  summary: "Close a report without action",
});
