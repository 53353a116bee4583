// A user, as other answers name one, and the roles of the whole platform.

import type { Static } from "elysia";
import { answer, id, oneOf, text } from "./shapes.ts";

export const ROLES = ["user", "staff", "admin"] as const;
export const role = oneOf(...ROLES);
export type Role = Static<typeof role>;

/** What names a user: fields that several answers begin with. */
export const person = { id, login: text, displayName: text };

export const userAnswer = answer("User", person);
export type UserView = Static<typeof userAnswer>;
