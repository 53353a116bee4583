// Access tokens: JWTs of 15 minutes (RFC 7519). They are verified without a query; only revocations end one before its expiry.

import { jwt } from "@elysiajs/jwt";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Role } from "#schema/api/user.ts";
import { andThen, type MaybePromise } from "../../gateway/requests/maybe-promise.ts";
import type { KeyRing, ServerKey } from "./key-ring.ts";
import { isPersonalToken, type PersonalTokens } from "./personal-token.ts";
import type { Revocations } from "./revocations.ts";
import type { Who } from "./who.ts";

export type { Who } from "./who.ts";

export const ACCESS_TOKEN_MS = 15 * 60_000;

const ISSUER = "twitchclone";
const AUDIENCE = "twitchclone/api";
/** Ours have about 500 characters; longer text is not even hashed. */
const TOKEN_LENGTH_MAX = 4_096;
/** More than the clocks of edges differ. Only the check against times in the future has this leeway. */
const LEEWAY_MS = 60_000;
/** Verifying a signature takes 33 µs, a cached one 2 µs. */
const CACHED_MAX = 10_000;
const ROLES = new Set<unknown>(["user", "staff", "admin"]);

/** The contents of a device's access token. */
interface Issued extends Pick<Who, "userId" | "login" | "displayName" | "role" | "issuedAtMs"> {
  deviceId: string;
}

type Verdict = Who | "expired" | "bad";

export interface AccessTokens {
  issue(issued: Issued): Promise<{ accessToken: string; expiresInMs: number }>;
  /**
   * Verifies an access token or a personal access token. `expired`: the client should refresh it, also because its user has changed.
   * `bad`: not ours, for another use, or of a device that was signed out. Throws only if a personal access token needs a query and the
   * database is away.
   */
  verify(token: string): MaybePromise<Verdict>;
  /** The user of a token of ours that was revoked before its end; null: another text. Throws as `verify` does. */
  revokedUserOf(token: string): MaybePromise<string | null>;
}

interface AccessTokensOptions {
  keys: KeyRing;
  clock: Clock;
  random: Random;
  revocations: Pick<Revocations, "validity">;
  personalTokens: Pick<PersonalTokens, "verify" | "revokedUserOf">;
}

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { keys, clock, random, revocations, personalTokens } = options;
  const signers = new Map(keys.all.map((key) => [key.kid, signer(key)]));
  const cached = new LruMap<string, Who>(CACHED_MAX);

  return {
    async issue({ userId, login, displayName, role, deviceId, issuedAtMs }) {
      const nowMs = clock.wallMs();
      const accessToken = await signers.get(keys.current.kid)!.sign({
        sub: userId,
        jti: random.uuid(nowMs),
        exp: Math.floor((nowMs + ACCESS_TOKEN_MS) / 1_000),
        at: issuedAtMs,
        login,
        name: displayName,
        role,
        sid: deviceId,
      });
      return { accessToken, expiresInMs: ACCESS_TOKEN_MS };
    },

    verify(token) {
      if (isPersonalToken(token)) return personalTokens.verify(token);
      return andThen(whoseIs(token), (who) => (who ? checked(who) : "bad"));
    },

    revokedUserOf(token) {
      if (isPersonalToken(token)) return personalTokens.revokedUserOf(token);
      return andThen(whoseIs(token), (who) => {
        const isRevoked = who && who.expiresAtMs > clock.wallMs() && revocations.validity(who) !== "valid";
        return isRevoked ? who.userId : null;
      });
    },
  };

  /** Null: not ours. Looks at neither expiry nor revocation. */
  function whoseIs(token: string): MaybePromise<Who | null> {
    if (token.length === 0 || token.length > TOKEN_LENGTH_MAX) return null;
    const hash = Bun.SHA256.hash(token, "base64");
    const known = cached.get(hash);
    if (known) return known;
    return read(token).then((who) => {
      if (who) cached.set(hash, who);
      return who;
    });
  }

  function checked(who: Who): Verdict {
    const validity = revocations.validity(who);
    if (validity === "ended") return "bad";
    return validity === "valid" && who.expiresAtMs > clock.wallMs() ? who : "expired";
  }

  async function read(token: string): Promise<Who | null> {
    const key = keyOf(token, keys);
    if (!key) return null;
    // The expiry is checked by our own clock, since the library does not say why it refuses. With the library's clock at 0 a token with
    // `nbf` is refused; ours never have one.
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

/** The header is untrusted: it must name one of our keys and its algorithm, and may have no other field. */
function keyOf(token: string, keys: KeyRing): ServerKey | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString());
    if (typeof header !== "object" || header === null || Array.isArray(header)) return null;
    const { alg, kid, typ, ...more } = header as Record<string, unknown>;
    if (typeof kid !== "string" || typ !== "JWT" || Object.keys(more).length > 0) return null;
    const key = keys.byId(kid);
    return key && alg === key.alg ? key : null;
  } catch {
    return null; // Not JSON.
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
    deviceId: sid,
    tokenId: null,
    scopes: null,
    issuedAtMs: at,
    expiresAtMs: exp * 1_000,
  };
}
