// Authenticates a request by its bearer token (RFC 6750), before any handler and before the body is read.

import { Refusal } from "#runtime/actor/actor.ts";
import { andThen, type MaybePromise } from "../../gateway/requests/maybe-promise.ts";
import type { AccessTokens, Who } from "./access-token.ts";

const BEARER = /^Bearer +([^\s]+)$/i;

interface BearerParts {
  tokens: Pick<AccessTokens, "verify" | "revokedUserOf">;
  /** The refusal of a suspended user; null: not suspended. */
  suspensionOf(userId: string): MaybePromise<Refusal | null>;
}

/** Throws Refusal `not_signed_in` or `token_expired`; `suspended` for a token that a suspension has revoked. */
export function authenticate(request: Request, { tokens, suspensionOf }: BearerParts): MaybePromise<Who> {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === undefined) throw new Refusal("not_signed_in");
  return andThen(tokens.verify(token), (who) => {
    if (who !== "bad" && who !== "expired") return who;
    const refusal = new Refusal(who === "bad" ? "not_signed_in" : "token_expired");
    return andThen(tokens.revokedUserOf(token), (userId) =>
      andThen(userId === null ? null : suspensionOf(userId), (suspended) => {
        throw suspended ?? refusal;
      }),
    );
  });
}
