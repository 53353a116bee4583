// The body of a refused request (RFC 9457). Clients switch on `code`.

import { type Static, t } from "elysia";
import { decisionAnswer } from "./held-lines.ts";
import { challengeAnswer } from "./proof.ts";
import { answer, moment, orNull, part, text, whole } from "./shapes.ts";
import { termRefusal } from "./terms.ts";

export const problemAnswer = answer("Problem", {
  type: text,
  title: text,
  status: whole,
  detail: t.Optional(text),
  code: t.String({ description: "what clients switch on" }),
  requestId: text,
  /** With `validation_failed`: each wrong field, by its path with dots. */
  errors: t.Optional(t.Array(part({ path: text, message: text }))),
  /** With `suspended`: reason and end (null: until staff lifts it). */
  suspension: t.Optional(part({ reason: text, until: orNull(moment) })),
  /** With `term_refused`: each term, and why it is not taken. */
  refusals: t.Optional(t.Array(termRefusal)),
  /** With `proof_required`: what to prove. */
  challenge: t.Optional(challengeAnswer),
  /** With `already_decided`: what was decided, and by whom. */
  decision: t.Optional(decisionAnswer),
});
export type Problem = Static<typeof problemAnswer>;
