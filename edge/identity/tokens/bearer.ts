// Authenticates a request by its bearer token (RFC 6750), before any handler and before the body is read.

import { Refusal } from "#runtime/actor/actor.ts";
import { andThen, type MaybePromise } from "../../gateway/requests/maybe-promise.ts";
import type { AccessTokens, Who } from "./access-token.ts";

const SCHEME = /^(?:Bearer\s+)+/i;

/** The token in text that people paste: without blanks around it, and without `Bearer` in front. */
export const tokenIn = (text: string) => text.trim().replace(SCHEME, "");

interface BearerParts {
  tokens: Pick<AccessTokens, "verify" | "revokedUserOf">;
  /** The refusal of a suspended user; null: not suspended. */
  suspensionOf(userId: string): MaybePromise<Refusal | null>;
}

/** Throws Refusal `not_signed_in` or `token_expired`; `suspended` for a token that a suspension has revoked. */
export function authenticate(request: Request, { tokens, suspensionOf }: BearerParts): MaybePromise<Who> {
  const header = request.headers.get("authorization") ?? "";
  if (!SCHEME.test(header)) throw new Refusal("not_signed_in");
  const token = tokenIn(header);
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
