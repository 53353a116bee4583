// Warnings in a room: whoever is warned may not write there until they acknowledge it.

import { type Static, t } from "elysia";
import { NOTE_LENGTH_MAX } from "../wire/chat-limits.ts";
import { noteText, strict } from "./fields.ts";
import { forModerators, participant } from "./moderation.ts";
import { route } from "./route.ts";
import { answer, id, moment, orNull, part, text } from "./shapes.ts";

export const warningAnswer = answer("Warning", {
  id,
  at: moment,
  /** Null: the account of the moderator was deleted. */
  by: orNull(participant),
  reason: text,
});
export type WarningView = Static<typeof warningAnswer>;

/** An earlier warning of the person that is not acknowledged is acknowledged with this one. */
export const warn = route("POST /api/v1/channels/:channel/chat/people/:login/warnings", {
  ...forModerators,
  limit: "write",
  body: t.Object({ reason: noteText(NOTE_LENGTH_MAX) }, strict),
  answers: { 201: warningAnswer },
  codes: ["too_many"],
  summary: "Warn somebody, who must acknowledge it before writing again",
});

/** The person does not learn which moderator it was. */
const myWarning = answer("MyWarning", { id, at: moment, reason: text });
export type MyWarningView = Static<typeof myWarning>;

export const readMyWarning = route("GET /api/v1/channels/:channel/chat/warning", {
  access: "signed-in",
  limit: "read",
  answers: { 200: part({ warning: orNull(myWarning) }) },
  summary: "My warning in this room that I have not acknowledged",
});

export const acknowledgeWarning = route("POST /api/v1/channels/:channel/chat/warning/acknowledge", {
  access: "signed-in",
  limit: "write",
  body: t.Object({}, strict),
  answers: { 204: null },
  summary: "Acknowledge my warning, and all before it",
});
