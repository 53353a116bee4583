// Who asks: the bearer token of a request, checked before any handler and before the body's fields.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import type { AccessTokens, Who } from "./access-token.ts";

const BEARER = /^Bearer +([^\s]+)$/i;

/** Throws Refusal `not_signed_in` or `token_expired`. */
export async function whoAsks(request: Request, tokens: AccessTokens): Promise<Who> {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  const who = token === undefined ? "bad" : await tokens.verify(token);
  if (who === "bad") throw new Refusal("not_signed_in");
  if (who === "expired") throw new Refusal("token_expired");
  return who;
}

/** `.use` it, and the routes that follow are for those who are signed in and are given `who`. */
export const signedIn = (tokens: AccessTokens) =>
  new Elysia({ normalize: false }).derive({ as: "scoped" }, async ({ request }) => ({
    who: await whoAsks(request, tokens),
  }));
