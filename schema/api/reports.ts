// Reports of a channel, a line or a user: `POST /api/v1/reports`, and the queue for staff below `/api/v1/admin/reports`.

import { t } from "elysia";
import type { LineEntry } from "../wire/room.ts";
import type { UserView } from "./auth.ts";
import { page, strict } from "./fields.ts";

export type ReportKind = "channel" | "line" | "user";
export type ReportStatus = "open" | "resolved" | "dismissed";

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

export const DETAIL_LENGTH_MAX = 1_000;

const kind = t.Union([t.Literal("channel"), t.Literal("line"), t.Literal("user")], {
  description: "channel, line or user",
});
const note = t.String({ minLength: 1, maxLength: 1_000, description: "1 to 1000 characters" });

export const reportBody = t.Object(
  {
    kind,
    target: t.String({ minLength: 1, maxLength: 64, description: "login or id of a channel or user, id of a line" }),
    reason: t.Union(
      REASONS.map((reason) => t.Literal(reason)),
      { description: `one of ${REASONS.join(", ")}` },
    ),
    detail: t.Optional(
      t.String({ maxLength: DETAIL_LENGTH_MAX, description: `at most ${DETAIL_LENGTH_MAX} characters` }),
    ),
    /** Of a user: the channel where it happened. */
    channel: t.Optional(t.String({ minLength: 1, maxLength: 64, description: "login or id of a channel" })),
  },
  strict,
);

/** The answer to a reporter: nothing of what staff thinks of it. */
export interface ReportedView {
  id: string;
  status: "open";
}

export const reportsQuery = t.Object(
  {
    status: t.Optional(
      t.Union([t.Literal("open"), t.Literal("resolved"), t.Literal("dismissed"), t.Literal("")], {
        description: "open, resolved or dismissed",
      }),
    ),
    kind: t.Optional(t.Union([kind, t.Literal("")], { description: "channel, line or user" })),
    target: t.Optional(t.String({ maxLength: 64, description: "id of a channel, line or user" })),
    ...page,
  },
  strict,
);

export const handleBody = t.Object(
  {
    note,
    all: t.Optional(t.Boolean({ description: "true: also the other open reports about the same" })),
  },
  strict,
);

/** What was reported, as it was then. */
export type Evidence =
  | {
      kind: "channel";
      login: string;
      displayName: string;
      title: string;
      category: string | null;
      broadcastId: string | null;
    }
  | { kind: "user"; login: string; displayName: string }
  | { kind: "line"; seq: number; at: string; body: string; user: { id: string; login: string; displayName: string } };

export interface ReportView {
  id: string;
  kind: ReportKind;
  /** Id of the channel, line or user. */
  targetId: string;
  /** Who answers for it: the user, the owner of the channel, the author of the line. Null when the account is gone. */
  about: UserView | null;
  /** Where it happened; null for a user as such. */
  channel: { id: string; login: string } | null;
  /** Null when the account is gone. */
  reporter: UserView | null;
  reason: string;
  detail: string;
  evidence: Evidence | null;
  status: ReportStatus;
  createdAt: string;
  /** Null while it is open. */
  handled: { by: UserView | null; at: string; note: string } | null;
  /** Open reports about the same, this one included. */
  openAboutSame: number;
}

export interface ReportDetailView extends ReportView {
  /** Lines around a reported one, a user's last lines in that channel, or a channel's last lines; ascending, 21 at most. */
  context: LineEntry[];
}
