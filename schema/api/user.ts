// A user as a part of other answers, and the platform roles.

import type { Static } from "elysia";
import { answer, id, oneOf, text } from "./shapes.ts";

export const ROLES = ["user", "staff", "admin"] as const;
export const role = oneOf(...ROLES);
export type Role = Static<typeof role>;

/** The fields that identify a user, in several answers. */
export const person = { id, login: text, displayName: text };

export const userAnswer = answer("User", person);
export type UserView = Static<typeof userAnswer>;
