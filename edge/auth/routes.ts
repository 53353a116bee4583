// POST /api/v1/auth/*: registering, signing in and out, and keeping signed in (contract §2).

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import { endAllSignIns, endSignIn, openSignIn, rotateSignIn } from "#schema/queries/signIns.ts";
import { createUser, takenName, type User, userByName } from "#schema/queries/users.ts";
import { loginBody, refreshBody, registerBody, type SignedInView } from "#schema/wire/http/auth.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { limitKey } from "../gateway/address.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Limit, Limiter } from "../gateway/limit.ts";
import { FieldRefusal } from "../gateway/problem.ts";
import type { EdgeWorld } from "../world.ts";
import type { AccessTokens } from "./access-token.ts";
import { passwordFault } from "./common-passwords.ts";
import { checkOrigin, readRefreshCookie, refreshCookie } from "./cookie.ts";
import type { Passwords } from "./passwords.ts";
import { createRefreshTokens, REFRESH_GRACE_MS, REFRESH_TOKEN_MS, type RefreshToken } from "./refresh-token.ts";

export interface AuthParts {
  gateway: Gateway;
  limiter: Limiter;
  tokens: AccessTokens;
  passwords: Passwords;
}

type Headers = Record<string, string | number>;

const USER_AGENT_LENGTH_MAX = 200;

export function authRoutes(world: EdgeWorld, { gateway, limiter, tokens, passwords }: AuthParts) {
  const { config, clock, random, database, log } = world;
  const { sql } = database;
  const refreshTokens = createRefreshTokens(config.jwtSecret);
  const limits = limitsOf(config.limits);

  return new Elysia({ prefix: "/api/v1/auth", normalize: false })
    .post(
      "/register",
      async ({ body, request, set }) => {
        await limiter.enforce(limits.registrations, limitKey(gateway.asked(request).address), set.headers as Headers);
        const login = body.login.toLowerCase();
        const email = body.email.toLowerCase();
        refuseFields(login, email, body.password);
        const taken = await takenName(sql, { login, email });
        if (taken) throw new Refusal(taken);
        const nowMs = clock.wallMs();
        const user: User = {
          id: random.uuid(nowMs),
          login,
          displayName: body.displayName?.trim() || body.login,
          email,
          role: "user",
        };
        const passwordHash = await passwords.hash(body.password);
        const made = await createUser(sql, { ...user, channelId: random.uuid(nowMs), passwordHash });
        if (made !== "created") throw new Refusal(made);
        log.info({ user: user.id, request: gateway.asked(request).requestId }, "user registered");
        set.status = 201;
        return open(user, request, set.headers as Headers);
      },
      { body: registerBody },
    )
    .post(
      "/login",
      async ({ body, request, set }) => {
        await limiter.enforce(limits.signInsPerIp, limitKey(gateway.asked(request).address), set.headers as Headers);
        const name = body.login.trim().toLowerCase();
        const found = await userByName(sql, name);
        // By the account, so that its e-mail address is not a second bucket; an unknown name has one of its own.
        await limiter.enforce(limits.signInsPerAccount, found?.id ?? hashed(name), set.headers as Headers);
        const right = await passwords.verify(body.password, found?.passwordHash ?? null);
        if (!found || !right) throw new Refusal("bad_credentials");
        return open(found, request, set.headers as Headers);
      },
      { body: loginBody },
    )
    .post(
      "/refresh",
      async ({ body, request, set }) => {
        const presented = presentedToken(request, body);
        if (!presented) throw new Refusal("not_signed_in");
        const successor = refreshTokens.successor(presented);
        const rotated = await rotateSignIn(sql, {
          id: presented.familyId,
          presentedHash: presented.hash,
          successorHash: successor.hash,
          graceMs: REFRESH_GRACE_MS,
          expiresInMs: REFRESH_TOKEN_MS,
        });
        if (rotated.outcome === "rotated") {
          set.headers["set-cookie"] = cookie(successor.text);
          return view(rotated.user, presented.familyId);
        }
        set.headers["set-cookie"] = cookie(null);
        if (rotated.outcome === "unknown") throw new Refusal("not_signed_in");
        log.warn({ signIn: presented.familyId, request: gateway.asked(request).requestId }, "refresh token reused");
        throw new Refusal("token_reused");
      },
      { body: refreshBody },
    )
    .post(
      "/logout",
      async ({ body, request, set }) => {
        // Signed out is signed out: also for those who no longer were signed in.
        const presented = presentedToken(request, body);
        if (presented) await endSignIn(sql, presented.familyId);
        set.headers["set-cookie"] = cookie(null);
        set.status = 204;
      },
      { body: refreshBody },
    )
    .post(
      "/logout-all",
      async ({ body, request, set }) => {
        const presented = presentedToken(request, body);
        if (!presented || !(await endAllSignIns(sql, presented.familyId))) throw new Refusal("not_signed_in");
        set.headers["set-cookie"] = cookie(null);
        set.status = 204;
      },
      { body: refreshBody },
    );

  function cookie(text: string | null): string {
    return refreshCookie(text, { secure: config.secureCookies });
  }

  function presentedToken(request: Request, body: { refreshToken?: string }): RefreshToken | null {
    if (body.refreshToken !== undefined) return refreshTokens.read(body.refreshToken);
    const text = readRefreshCookie(request);
    if (text === null) return null;
    checkOrigin(request, config.allowedOrigins);
    return refreshTokens.read(text);
  }

  async function open(user: User, request: Request, headers: Headers): Promise<SignedInView> {
    const first = refreshTokens.first(random.uuid(clock.wallMs()));
    await openSignIn(sql, {
      id: first.familyId,
      userId: user.id,
      tokenHash: first.hash,
      expiresInMs: REFRESH_TOKEN_MS,
      userAgent: (request.headers.get("user-agent") ?? "").slice(0, USER_AGENT_LENGTH_MAX),
      address: gateway.asked(request).address,
    });
    headers["set-cookie"] = cookie(first.text);
    return view(user, first.familyId);
  }

  async function view({ id, login, displayName, role }: User, signInId: string): Promise<SignedInView> {
    const issued = await tokens.issue({ userId: id, login, displayName, role, signInId });
    return { user: { id, login, displayName }, ...issued };
  }
}

function refuseFields(login: string, email: string, password: string) {
  if (isReservedLogin(login)) throw new FieldRefusal([{ path: "login", message: "this login is reserved" }]);
  const fault = passwordFault(password, { login, email });
  if (fault) throw new FieldRefusal([{ path: "password", message: fault }]);
}

function limitsOf(limits: EdgeWorld["config"]["limits"]) {
  const perMinute = (name: string, count: number): Limit => ({ name, count, perMs: 60_000, whenAway: "memory" });
  return {
    registrations: perMinute("registrations", limits.registrationsPerMinutePerIp),
    signInsPerIp: perMinute("sign-ins-ip", limits.signInsPerMinutePerIp),
    signInsPerAccount: perMinute("sign-ins-account", limits.signInsPerMinutePerAccount),
  };
}

/** Names typed by strangers do not become keys in Redis. */
const hashed = (name: string) => new Bun.CryptoHasher("sha256").update(name).digest("base64url");
