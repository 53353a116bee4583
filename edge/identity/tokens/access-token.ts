// Access tokens: JWTs of 15 minutes (RFC 7519), and what makes a bearer's text somebody. Whoever holds one is that user until
// it ends or is revoked; a JWT is not looked up.

import { jwt } from "@elysiajs/jwt";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Role } from "#schema/api/user.ts";
import type { MaybePromise } from "../../gateway/requests/maybe-promise.ts";
import type { KeyRing, ServerKey } from "./key-ring.ts";
import { isPersonalToken, type PersonalTokens } from "./personal-token.ts";
import type { Revocations } from "./revocations.ts";
import type { Who } from "./who.ts";

export type { Who } from "./who.ts";

export const ACCESS_TOKEN_MS = 15 * 60_000;

const ISSUER = "twitchclone";
const AUDIENCE = "twitchclone/api";
/** Ours have about 500 characters; nobody makes us hash a book. */
const TOKEN_LENGTH_MAX = 4_096;
/** Edges' clocks differ by less; only what says "not before" or "at most until" is given this. */
const LEEWAY_MS = 60_000;
/** Checking a signature costs 33 µs, remembering one 2 µs. */
const REMEMBERED_MAX = 10_000;
const ROLES = new Set<unknown>(["user", "staff", "admin"]);

/** What a token of a sign-in says. */
export interface Issued extends Pick<Who, "userId" | "login" | "displayName" | "role" | "issuedAtMs"> {
  signInId: string;
}

type Verdict = Who | "expired" | "bad";

export interface AccessTokens {
  issue(issued: Issued): Promise<{ accessToken: string; expiresInMs: number }>;
  /**
   * A JWT or a personal access token. `expired`: it was good, refresh it (also when something about the user has changed).
   * `bad`: it never was ours, is not for this, or its sign-in has ended. Throws only when a personal access token has to be
   * looked up and the store is away.
   */
  verify(token: string): MaybePromise<Verdict>;
}

export interface AccessTokensOptions {
  keys: KeyRing;
  clock: Clock;
  random: Random;
  revocations: Pick<Revocations, "standing">;
  personalTokens: Pick<PersonalTokens, "verify">;
}

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { keys, clock, random, revocations, personalTokens } = options;
  const signers = new Map(keys.all.map((key) => [key.kid, signer(key)]));
  const remembered = new LruMap<string, Who>(REMEMBERED_MAX);

  return {
    async issue({ userId, login, displayName, role, signInId, issuedAtMs }) {
      const nowMs = clock.wallMs();
      const accessToken = await signers.get(keys.current.kid)!.sign({
        sub: userId,
        jti: random.uuid(nowMs),
        exp: Math.floor((nowMs + ACCESS_TOKEN_MS) / 1_000),
        at: issuedAtMs,
        login,
        name: displayName,
        role,
        sid: signInId,
      });
      return { accessToken, expiresInMs: ACCESS_TOKEN_MS };
    },

    verify(token) {
      if (token.length === 0 || token.length > TOKEN_LENGTH_MAX) return "bad";
      if (isPersonalToken(token)) return personalTokens.verify(token);
      const hash = Bun.SHA256.hash(token, "base64");
      const known = remembered.get(hash);
      if (known) return standing(known);
      return read(token).then((who) => {
        if (!who) return "bad";
        remembered.set(hash, who);
        return standing(who);
      });
    },
  };

  function standing(who: Who): Verdict {
    const standing = revocations.standing(who);
    if (standing === "ended") return "bad";
    return standing === "good" && who.expiresAtMs > clock.wallMs() ? who : "expired";
  }

  async function read(token: string): Promise<Who | null> {
    const key = keyOf(token, keys);
    if (!key) return null;
    // The end is judged by our own clock: the library's answer does not tell why it refuses. With its clock at 0, whatever
    // names an `nbf` is refused: ours never do.
    const claims = await signers.get(key.kid)!.verify(token, {
      algorithms: [key.alg],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: "JWT",
      requiredClaims: ["sub", "jti", "iat", "exp"],
      currentDate: new Date(0),
    });
    const who = claims && whoIn(claims);
    if (!who) return null;
    const tooFarMs = clock.wallMs() + ACCESS_TOKEN_MS + LEEWAY_MS;
    return who.expiresAtMs <= tooFarMs && who.issuedAtMs <= tooFarMs ? who : null;
  }
}

const signer = (key: ServerKey) =>
  jwt({
    name: "token",
    secret: key.derive("access-token"),
    alg: key.alg,
    kid: key.kid,
    iss: ISSUER,
    aud: AUDIENCE,
  }).decorator.token;

/** The header is the stranger's: it may name one of our keys, exactly, and nothing else that we would act upon. */
function keyOf(token: string, keys: KeyRing): ServerKey | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString());
    if (typeof header !== "object" || header === null || Array.isArray(header)) return null;
    const { alg, kid, typ, ...more } = header as Record<string, unknown>;
    if (typeof kid !== "string" || typ !== "JWT" || Object.keys(more).length > 0) return null;
    const key = keys.byId(kid);
    return key && alg === key.alg ? key : null;
  } catch {
    return null; // Not JSON: not ours.
  }
}

function whoIn({ sub, exp, at, login, name, role, sid }: Record<string, unknown>): Who | null {
  if (typeof sub !== "string" || typeof exp !== "number" || typeof sid !== "string" || !ROLES.has(role)) return null;
  if (typeof login !== "string" || typeof name !== "string" || typeof at !== "number") return null;
  return {
    userId: sub,
    login,
    displayName: name,
    role: role as Role,
    signInId: sid,
    tokenId: null,
    scopes: null,
    issuedAtMs: at,
    expiresAtMs: exp * 1_000,
  };
}
