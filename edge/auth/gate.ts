// Who asks: the bearer token of a request, checked before any handler and before the body's fields.

import { Refusal } from "#runtime/actor.ts";
import type { AccessTokens, Who } from "./access-token.ts";

const BEARER = /^Bearer +([^\s]+)$/i;

/** Throws Refusal `not_signed_in` or `token_expired`. */
export async function whoAsks(request: Request, tokens: Pick<AccessTokens, "verify">): Promise<Who> {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  const who = token === undefined ? "bad" : await tokens.verify(token);
  if (who === "bad") throw new Refusal("not_signed_in");
  if (who === "expired") throw new Refusal("token_expired");
  return who;
}
