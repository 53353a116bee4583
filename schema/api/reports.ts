// Reports of a channel, a line or a user: `POST /api/v1/reports`, and the queue for staff (`/api/v1/admin/reports`).

import { type Static, t } from "elysia";
import { lineAnswer } from "./chat.ts";
import { idParams, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, count, id, moment, oneOf, orNull, pageOf, part, text, word } from "./shapes.ts";
import { person, userAnswer } from "./user.ts";

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

/** For the reporter: nothing of what staff thinks of it. */
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
      /** Of a user: the channel where it happened. */
      channel: t.Optional(t.String({ minLength: 1, maxLength: 64, description: "login or id of a channel" })),
    },
    strict,
  ),
  // 200: the reporter's open report about the same takes this one in.
  answers: { 201: reportedAnswer, 200: reportedAnswer },
  codes: ["not_found"],
  summary: "Report a channel, a line or a user to staff",
});

/** What was reported, as it was then. */
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
  part({ kind: t.Literal("line"), seq: count, at: moment, body: text, user: part(person) }),
]);
export type Evidence = Static<typeof evidence>;

const report = {
  id,
  kind: oneOf(...KINDS),
  /** Id of the channel, line or user. */
  targetId: id,
  /** The user, the owner of the channel, or the author of the line. Null when the account is gone. */
  about: orNull(userAnswer),
  /** Where it happened; null for a user as such. */
  channel: orNull(part({ id, login: text })),
  /** Null when the account is gone. */
  reporter: orNull(userAnswer),
  reason: text,
  detail: text,
  evidence: orNull(evidence),
  status: oneOf(...STATUSES),
  createdAt: moment,
  /** Null while it is open. */
  handled: orNull(part({ by: orNull(userAnswer), at: moment, note: text })),
  /** Open reports about the same, this one included. */
  openAboutSame: count,
};
export const reportAnswer = answer("Report", report);
export type ReportView = Static<typeof reportAnswer>;

export const reportDetailAnswer = answer("ReportDetail", {
  ...report,
  /** Lines around a reported one, a user's last lines in that channel, or a channel's last lines; ascending, 21 at most. */
  context: t.Array(lineAnswer),
});
export type ReportDetailView = Static<typeof reportDetailAnswer>;

export const listReports = route("GET /api/v1/admin/reports", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  query: t.Object(
    {
      status: t.Optional(word([...STATUSES, ""], "open, resolved or dismissed")),
      kind: t.Optional(word([...KINDS, ""], "channel, line or user")),
      target: t.Optional(t.String({ maxLength: 64, description: "id of a channel, line or user" })),
      ...page,
    },
    strict,
  ),
  answers: { 200: pageOf(reportAnswer) },
  summary: "Reports: open ones oldest first, all others newest first",
});

export const readReport = route("GET /api/v1/admin/reports/:id", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  params: idParams,
  answers: { 200: reportDetailAnswer },
  summary: "A report, and the lines around it",
});

const handleBody = t.Object(
  {
    note: t.String({ minLength: 1, maxLength: 1_000, description: "1 to 1000 characters" }),
    all: t.Optional(t.Boolean({ description: "true: also the other open reports about the same" })),
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
  summary: "Close a report: staff has acted on it",
});

export const dismissReport = route("POST /api/v1/admin/reports/:id/dismiss", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  params: idParams,
  body: handleBody,
  answers: { 200: reportAnswer },
  codes: ["already_handled"],
  summary: "Close a report: there is nothing to act on",
});
