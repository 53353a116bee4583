// Personal access tokens, for bots (`/api/v1/me/tokens`).

import { type Static, t } from "elysia";
import { idParams, NAME_PATTERN, strict } from "./fields.ts";
import { PROVEN, presentPassword } from "./reauthentication.ts";
import { route } from "./route.ts";
import { SCOPES, type Scope } from "./scopes.ts";
import { answer, id, moment, oneOf, orNull, pageOf, text } from "./shapes.ts";

export const TOKEN_NAME_LENGTH_MAX = 60;
export const TOKEN_DAYS_MAX = 366;
/** Tokens per user, including expired ones. */
export const TOKENS_MAX = 50;

const token = {
  id,
  name: text,
  /** The last characters of the token. */
  hint: text,
  scopes: t.Array(oneOf(...SCOPES)),
  createdAt: moment,
  /** Accurate to the minute; null: never used. */
  lastUsedAt: orNull(moment),
  /** Null: never. */
  expiresAt: orNull(moment),
};
export const tokenAnswer = answer("PersonalAccessToken", token);
export type TokenView = Static<typeof tokenAnswer>;

/** `token` is shown only here. */
export const newTokenAnswer = answer("NewPersonalAccessToken", { ...token, token: text });
export type NewTokenView = Static<typeof newTokenAnswer>;

const scope = t.Unsafe<Scope>(
  t.Union(
    SCOPES.map((name) => t.Literal(name)),
    { description: `one of ${SCOPES.join(", ")}` },
  ),
);

export const listTokens = route("GET /api/v1/me/tokens", {
  access: "signed-in",
  limit: "read",
  answers: { 200: pageOf(tokenAnswer) },
  summary: "List my personal access tokens",
});

export const makeToken = route("POST /api/v1/me/tokens", {
  access: "signed-in",
  limit: "auth",
  body: t.Object(
    {
      name: t.String({
        pattern: NAME_PATTERN,
        minLength: 1,
        maxLength: TOKEN_NAME_LENGTH_MAX,
        description: `1 to ${TOKEN_NAME_LENGTH_MAX} characters, no control characters`,
      }),
      scopes: t.Array(scope, {
        minItems: 1,
        maxItems: SCOPES.length,
        uniqueItems: true,
        description: "a list of scopes without duplicates",
      }),
      /** Absent: the token never expires. */
      expiresInDays: t.Optional(
        t.Integer({ minimum: 1, maximum: TOKEN_DAYS_MAX, description: `1 to ${TOKEN_DAYS_MAX}` }),
      ),
      password: presentPassword,
    },
    strict,
  ),
  answers: { 201: newTokenAnswer },
  codes: [...PROVEN, "forbidden", "too_many"],
  summary: "Create a personal access token, which is shown once",
});

export const endToken = route("DELETE /api/v1/me/tokens/:id", {
  access: "signed-in",
  limit: "write",
  params: idParams,
  answers: { 204: null },
  summary: "Revoke a personal access token",
});
