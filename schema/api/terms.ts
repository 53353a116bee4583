// A room's terms (`/api/v1/channels/:channel/chat/terms`): what nobody but its moderators may say there, and what AutoMod's lists let pass. Only
// moderators see them.

import { type Static, t } from "elysia";
import { TERM_REFUSALS, type TermRefusalCode } from "../wire/moderation/term-refusals.ts";
import { moderatorAnswer } from "./chat.ts";
import { idParams, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, described, id, moment, oneOf, orNull, pageOf, part, text, wholeNumber, word } from "./shapes.ts";

const MINUTE_MS = 60_000;
/** Of what is sent at once: a long list is sent in parts. */
const TEXT_LENGTH_MAX = 10_000;

export const TERM_KINDS = ["blocked", "permitted"] as const;
export type TermKind = (typeof TERM_KINDS)[number];

const forModerators = { access: "moderator", scope: "moderation" } as const;

export const termAnswer = answer("Term", {
  id,
  /** As it was typed: a word, a phrase, a word with `*`, signs, or a `/pattern/` in RE2's syntax. */
  text,
  /** `permitted`: AutoMod's lists let it pass. It does not help against a blocked term. */
  kind: oneOf(...TERM_KINDS),
  /** Null: the account was deleted. */
  by: orNull(moderatorAnswer),
  createdAt: moment,
  /** Null: until it is deleted. */
  expiresAt: orNull(moment),
});
export type TermView = Static<typeof termAnswer>;

/** Why a term is not taken, for the person who typed it. */
export const termRefusal = part({
  source: described(text, "the term as it was typed"),
  code: oneOf(...(Object.keys(TERM_REFUSALS) as TermRefusalCode[])),
  detail: text,
});

export const listTerms = route("GET /api/v1/channels/:channel/chat/terms", {
  ...forModerators,
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(termAnswer) },
  summary: "List the room's blocked and permitted terms, newest first",
});

/** One term, or a list: a term a line, or several with commas between them. What can be taken is; nothing at all is 422 `term_refused`. */
export const addTerms = route("POST /api/v1/channels/:channel/chat/terms", {
  ...forModerators,
  limit: "write",
  body: t.Object(
    {
      text: t.String({ maxLength: TEXT_LENGTH_MAX, description: `at most ${TEXT_LENGTH_MAX} characters` }),
      kind: t.Optional(word(TERM_KINDS, "blocked or permitted; blocked without it")),
      expiresInMs: t.Optional(
        wholeNumber({
          minimum: MINUTE_MS,
          maximum: 365 * 24 * 60 * MINUTE_MS,
          description: "a whole number of milliseconds, from one minute to a year; without it until it is deleted",
        }),
      ),
    },
    strict,
  ),
  answers: { 201: answer("AddedTerms", { items: t.Array(termAnswer), refusals: t.Array(termRefusal) }) },
  codes: ["term_refused"],
  summary: "Block terms in the room, or permit them",
});

export const deleteTerm = route("DELETE /api/v1/channels/:channel/chat/terms/:id", {
  ...forModerators,
  limit: "write",
  params: t.Object({ ...idParams.properties, channel: t.String() }),
  answers: { 204: null },
  summary: "Delete a term of the room",
});
