// `/api/v1/me/tokens`: personal access tokens, for bots.

import { t } from "elysia";
import { strict } from "./fields.ts";
import { SCOPES, type Scope } from "./scopes.ts";
import { ownPassword } from "./two-factor.ts";

export const TOKEN_NAME_LENGTH_MAX = 60;
export const TOKEN_DAYS_MAX = 366;
/** Of one user, those that are over included. */
export const TOKENS_MAX = 50;

const scope = t.Unsafe<Scope>(
  t.Union(
    SCOPES.map((name) => t.Literal(name)),
    { description: `one of ${SCOPES.join(", ")}` },
  ),
);

export const newTokenBody = t.Object(
  {
    name: t.String({
      pattern:
        "^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]*$",
      minLength: 1,
      maxLength: TOKEN_NAME_LENGTH_MAX,
      description: `1 to ${TOKEN_NAME_LENGTH_MAX} characters, no control characters`,
    }),
    scopes: t.Array(scope, {
      minItems: 1,
      maxItems: SCOPES.length,
      uniqueItems: true,
      description: "what the token may do, each once",
    }),
    /** Without it the token has no end. */
    expiresInDays: t.Optional(
      t.Integer({ minimum: 1, maximum: TOKEN_DAYS_MAX, description: `1 to ${TOKEN_DAYS_MAX}` }),
    ),
    password: ownPassword,
  },
  strict,
);

export interface TokenView {
  id: string;
  name: string;
  /** The last characters of the token. */
  hint: string;
  scopes: Scope[];
  createdAt: string;
  /** To the minute; null: never. */
  lastUsedAt: string | null;
  /** Null: no end. */
  expiresAt: string | null;
}

/** `token` is shown once, here. */
export interface NewTokenView extends TokenView {
  token: string;
}
