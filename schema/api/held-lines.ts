// Lines that wait for a moderator (`/api/v1/channels/:channel/chat/held`). They are in no list of entries until they are allowed.

import { type Static, t } from "elysia";
import { holdReason } from "./auto-mod.ts";
import { authorAnswer, moderatorAnswer } from "./chat.ts";
import { idParams, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, id, moment, orNull, pageOf, text } from "./shapes.ts";

const forModerators = { access: "moderator", scope: "moderation" } as const;

export const heldAnswer = answer("HeldLine", {
  /** The line's own, before and after it is allowed. */
  id,
  at: moment,
  /** Denied by then, unless somebody decides. */
  expiresAt: moment,
  user: authorAnswer,
  body: text,
  action: t.Optional(bool),
  replyTo: t.Optional(text),
  reason: holdReason,
});
export type HeldView = Static<typeof heldAnswer>;

export const listHeld = route("GET /api/v1/channels/:channel/chat/held", {
  ...forModerators,
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(heldAnswer) },
  summary: "List the lines that wait for a moderator, oldest first",
});

export const decisionAnswer = answer("HoldDecision", {
  allowed: bool,
  /** Null: the account was deleted, or nobody decided in time. */
  by: orNull(moderatorAnswer),
  /** Nobody decided in time: the line is denied. */
  expired: bool,
  at: moment,
});
export type DecisionView = Static<typeof decisionAnswer>;

/**
 * An allowed line is said now, in its author's name, whatever modes the room has: a moderator has read it. A line is decided upon once: a
 * second moderator gets 409 `already_decided` with the first one's decision in `decision`, unless it is the same person's same decision.
 */
export const decideHeld = route("POST /api/v1/channels/:channel/chat/held/:id", {
  ...forModerators,
  limit: "write",
  params: t.Object({ ...idParams.properties, channel: t.String() }),
  body: t.Object({ allow: t.Boolean({ description: "true or false" }) }, strict),
  answers: { 200: decisionAnswer },
  codes: ["already_decided"],
  summary: "Allow or deny a line that waits",
});
