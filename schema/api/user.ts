// A user as a part of other answers, and the platform roles.

import type { Static } from "elysia";
import { answer, id, oneOf, orNull, text } from "./shapes.ts";

export const ROLES = ["user", "staff", "admin"] as const;
export const role = oneOf(...ROLES);
export type Role = Static<typeof role>;

/** The fields that identify a user. */
export const identity = { id, login: text, displayName: text };

/** A user as several answers show them. */
export const person = {
  ...identity,
  /** A square WebP 64 wide; the same address with `-128` or `-256` in place of `-64` is a larger one. Null: none. */
  pictureUrl: orNull(text),
};

export const userAnswer = answer("User", person);
export type UserView = Static<typeof userAnswer>;
