// Access tokens: JWTs of 15 minutes. Whoever holds one is that user until it ends; nothing is looked up.

import { createHash } from "node:crypto";
import { jwt } from "@elysiajs/jwt";
import type { Clock } from "#runtime/clock.ts";
import type { Random } from "#runtime/random.ts";
import type { Role } from "#schema/wire/http/auth.ts";
import { BoundedMap } from "../gateway/bounded-map.ts";

export const ACCESS_TOKEN_MS = 15 * 60_000;

const ISSUER = "twitchclone";
const AUDIENCE = "twitchclone/api";
/** Ours have about 400 characters; nobody makes us hash a book. */
const TOKEN_LENGTH_MAX = 4_096;
/** Checking a signature costs 33 µs, remembering one 2 µs. */
const REMEMBERED_MAX = 10_000;
const ROLES = new Set<unknown>(["user", "staff", "admin"]);

export interface Who {
  userId: string;
  login: string;
  /** As it was when the token was issued: a new name is seen within 15 minutes. */
  displayName: string;
  role: Role;
  /** The sign-in (device) that the token came from. */
  signInId: string;
  /** Wall time at which the token ends. */
  expiresAtMs: number;
}

export interface AccessTokens {
  issue(who: Omit<Who, "expiresAtMs">): Promise<{ accessToken: string; expiresInMs: number }>;
  /** `expired`: it was good, refresh it. `bad`: it never was ours, or is not for this. Never throws. */
  verify(token: string): Promise<Who | "expired" | "bad">;
}

export function createAccessTokens(options: { secret: string; clock: Clock; random: Random }): AccessTokens {
  const { secret, clock, random } = options;
  const { sign, verify } = jwt({ name: "token", secret, alg: "HS256", iss: ISSUER, aud: AUDIENCE }).decorator.token;
  const remembered = new BoundedMap<string, Who>(REMEMBERED_MAX);

  return {
    async issue({ userId, login, displayName, role, signInId }) {
      const nowMs = clock.wallMs();
      const exp = Math.floor((nowMs + ACCESS_TOKEN_MS) / 1_000);
      const accessToken = await sign({
        sub: userId,
        jti: random.uuid(nowMs),
        exp,
        login,
        name: displayName,
        role,
        sid: signInId,
      });
      return { accessToken, expiresInMs: ACCESS_TOKEN_MS };
    },

    async verify(token) {
      if (token.length === 0 || token.length > TOKEN_LENGTH_MAX) return "bad";
      const hash = createHash("sha256").update(token).digest("base64");
      let who = remembered.get(hash);
      if (!who) {
        // The algorithm is pinned. The end is judged below by our own clock: the library's answer does not tell why it refuses.
        const claims = await verify(token, {
          algorithms: ["HS256"],
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ["sub", "jti", "iat", "exp"],
          currentDate: new Date(0),
        });
        if (!claims) return "bad";
        who = whoIn(claims) ?? undefined;
        if (!who) return "bad";
        remembered.set(hash, who);
      }
      return who.expiresAtMs > clock.wallMs() ? who : "expired";
    },
  };
}

function whoIn({ sub, exp, login, name, role, sid }: Record<string, unknown>): Who | null {
  if (typeof sub !== "string" || typeof exp !== "number" || typeof sid !== "string" || !ROLES.has(role)) return null;
  if (typeof login !== "string" || typeof name !== "string") return null;
  return { userId: sub, login, displayName: name, role: role as Role, signInId: sid, expiresAtMs: exp * 1_000 };
}
