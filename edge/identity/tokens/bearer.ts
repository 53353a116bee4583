// Authenticates a request by its bearer token (RFC 6750), before any handler and before the body is read.

import { Refusal } from "#runtime/actor/actor.ts";
import { andThen, type MaybePromise } from "../../gateway/requests/maybe-promise.ts";
import type { AccessTokens, Who } from "./access-token.ts";

const BEARER = /^Bearer +([^\s]+)$/i;

/** Throws Refusal `not_signed_in` or `token_expired`. */
export function authenticate(request: Request, tokens: Pick<AccessTokens, "verify">): MaybePromise<Who> {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  return andThen(token === undefined ? "bad" : tokens.verify(token), (who) => {
    if (who === "bad") throw new Refusal("not_signed_in");
    if (who === "expired") throw new Refusal("token_expired");
    return who;
  });
}
