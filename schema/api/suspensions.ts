// Suspensions of accounts and channels by staff (`/api/v1/admin/{users/:login,channels/:channel}/suspension`).

import { type Static, t } from "elysia";
import { reason, strict } from "./fields.ts";
import { type BodyOf, route } from "./route.ts";
import { answer, moment, oneOf, orNull, text, wholeNumber } from "./shapes.ts";

/** Reason and end of a suspension, in several answers. */
export const suspensionAnswer = answer("Suspension", {
  reason: text,
  /** Null: until staff lifts it. */
  until: orNull(moment),
});
export type SuspensionView = Static<typeof suspensionAnswer>;

export const suspendedAnswer = answer("Suspended", {
  suspension: suspensionAnswer,
  /** Outcome for the broadcast. `unreachable`: its owner did not answer; nobody can watch it, and a repeated request ends it. */
  broadcast: oneOf("stopped", "off_air", "unreachable"),
});
export type SuspendedView = Static<typeof suspendedAnswer>;

/** Ten years. */
export const SUSPENSION_MS_MAX = 10 * 365 * 86_400_000;

/** Without `durationMs` and `untilMs`: until staff lifts it. */
const suspendBody = t.Object(
  {
    durationMs: t.Optional(
      wholeNumber({
        minimum: 1_000,
        maximum: SUSPENSION_MS_MAX,
        description: "milliseconds: from one second to ten years",
      }),
    ),
    untilMs: t.Optional(
      wholeNumber({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "milliseconds since 1970, in the next ten years",
      }),
    ),
    reason,
  },
  strict,
);

/** A DELETE has no body, since some clients drop it. */
const liftQuery = t.Object({ reason: t.Optional(reason) });

export const addUserSuspension = route("POST /api/v1/admin/users/:login/suspension", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  body: suspendBody,
  answers: { 201: suspendedAnswer },
  codes: ["last_admin"],
  summary: "Suspend an account",
});
export type SuspensionBody = BodyOf<typeof addUserSuspension>;

export const liftUserSuspension = route("DELETE /api/v1/admin/users/:login/suspension", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  query: liftQuery,
  answers: { 204: null },
  summary: "Lift an account's suspension",
});

export const addChannelSuspension = route("POST /api/v1/admin/channels/:channel/suspension", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  body: suspendBody,
  answers: { 201: suspendedAnswer },
  summary: "Suspend a channel",
});

export const liftChannelSuspension = route("DELETE /api/v1/admin/channels/:channel/suspension", {
  access: "staff",
  scope: "admin",
  limit: "admin",
  query: liftQuery,
  answers: { 204: null },
  summary: "Lift a channel's suspension",
});
