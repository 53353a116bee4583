// The proof of work in the API: what is asked, and what is answered.

import { t } from "elysia";
import { SOLUTION_PATTERN } from "../wire/proof.ts";
import { strict } from "./fields.ts";
import { count, part, text } from "./shapes.ts";

export const challengeAnswer = part({
  challenge: text,
  /** How many bits of 0 the SHA-256 of `<challenge>:<solution>` must begin with. */
  bits: count,
  expiresInMs: count,
});

export const proofFields = {
  challenge: t.String({ maxLength: 42, description: "the challenge that was answered" }),
  solution: t.String({
    pattern: SOLUTION_PATTERN,
    description: "1 to 12 digits, with which the SHA-256 of `<challenge>:<solution>` begins with `bits` bits of 0",
  }),
};

export const proof = t.Object(proofFields, { ...strict, description: "a challenge and its solution" });
