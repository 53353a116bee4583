// POST /api/v1/auth/*: registering, signing in and out, and keeping signed in (contract §2).

import { type Context, Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { loginBody, refreshBody, registerBody, type SignedInView } from "#schema/api/auth.ts";
import { createUser, takenName, type User, userByName } from "#schema/queries/accounts/users.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Limit, Limiter } from "../gateway/limits/limiter.ts";
import { FieldRefusal } from "../gateway/problems/problem.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import { rules } from "../gateway/rules/access.ts";
import { type Audit, createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import type { SignIns, SigningIn } from "./devices/sign-in.ts";
import { foldedAddress } from "./email/address.ts";
import type { Post } from "./email/sender.ts";
import type { Auth } from "./identity.ts";
import { passwordFault } from "./password/common-passwords.ts";

export interface AuthParts {
  gateway: Gateway;
  limiter: Limiter;
  auth: Auth;
  signIns: SignIns;
  post: Post;
}

type Headers = Record<string, string | number>;
type Set = Context["set"];

const OPEN = { access: "all", limit: "auth", ignoresToken: true } as const;

export function authRoutes(world: EdgeWorld, { gateway, limiter, auth, signIns, post }: AuthParts) {
  const { config, clock, random, database, log } = world;
  const { sql } = database;
  const { passwords, secondSteps } = auth;
  const audit: Audit = createAudit(world);
  const limits = limitsOf(config.limits);

  return new Elysia({ prefix: "/api/v1/auth", normalize: false })
    .use(rules)
    .post(
      "/register",
      async ({ body, request, set }) => {
        const { address, requestId } = gateway.asked(request);
        await limiter.enforce(limits.registrations, limitKey(address), set.headers as Headers);
        const login = body.login.toLowerCase();
        const email = foldedAddress(body.email);
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
        log.info({ user: user.id, request: requestId }, "user registered");
        await audit({ actorId: user.id, act: "user.registered", target: user.id, address });
        post.verification(user);
        set.status = 201;
        return open({ id: user.id, passwordHash, isNew: true }, request, set);
      },
      { body: registerBody, rule: OPEN },
    )
    .post(
      "/login",
      async ({ body, request, set }) => {
        const { address } = gateway.asked(request);
        await limiter.enforce(limits.signInsPerIp, limitKey(address), set.headers as Headers);
        const name = foldedAddress(body.login.trim());
        const found = await userByName(sql, name);
        // By the account, so that its e-mail address is not a second bucket; an unknown name has one of its own.
        await limiter.enforce(limits.signInsPerAccount, found?.id ?? hashed(name), set.headers as Headers);
        const right = await passwords.verify(body.password, found?.passwordHash ?? null);
        if (!found || !right) {
          // Written for unknown names too: the answer takes as long.
          await audit({ actorId: null, act: "sign-in.failed", target: found?.id ?? "", address });
          throw new Refusal("bad_credentials");
        }
        const { recoveryCodesLeft } = await secondSteps.enforce({ userId: found.id, otp: body.otp, address });
        if (recoveryCodesLeft !== null)
          post.tell(request, { id: found.id }, (letters, told) => letters.recoveryCodeUsed(told, recoveryCodesLeft));
        return open(found, request, set);
      },
      { body: loginBody, rule: OPEN },
    )
    .post(
      "/refresh",
      async ({ body, request, set }) => {
        const presented = signIns.presented(request, body);
        if (!presented) throw new Refusal("not_signed_in");
        try {
          const { view, cookie } = await signIns.refresh(presented, request);
          set.headers["set-cookie"] = cookie;
          return view;
        } catch (error) {
          // A store that is away signs nobody out.
          if (error instanceof Refusal && OVER.has(error.code)) set.headers["set-cookie"] = signIns.noCookie;
          if (error instanceof Refusal && error.code === "token_reused") {
            const { address } = gateway.asked(request);
            await audit({ actorId: null, act: "refresh-token.reused", target: presented.familyId, address });
          }
          throw error;
        }
      },
      { body: refreshBody, rule: OPEN },
    )
    .post(
      "/logout",
      async ({ body, request, set }) => {
        // Signed out is signed out: also for those who no longer were signed in.
        const presented = signIns.presented(request, body);
        if (presented) await signIns.end(presented.familyId);
        set.headers["set-cookie"] = signIns.noCookie;
        set.status = 204;
      },
      { body: refreshBody, rule: OPEN },
    )
    .post(
      "/logout-all",
      async ({ body, request, set }) => {
        const presented = signIns.presented(request, body);
        const ended = presented && (await signIns.endAllOf(presented));
        if (!ended) throw new Refusal("not_signed_in");
        const { address } = gateway.asked(request);
        await audit({ actorId: ended.userId, act: "sign-in.all-ended", target: ended.userId, address });
        post.tell(request, { id: ended.userId }, (letters, told) => letters.signedOutEverywhere(told));
        set.headers["set-cookie"] = signIns.noCookie;
        set.status = 204;
      },
      { body: refreshBody, rule: OPEN },
    );

  async function open(user: SigningIn, request: Request, set: Set): Promise<SignedInView> {
    const { view, cookie } = await signIns.openSignIn(user, request, "password");
    set.headers["set-cookie"] = cookie;
    return view;
  }
}

/** Codes after which the cookie is worth nothing. */
const OVER = new Set(["not_signed_in", "token_reused", "suspended"]);

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
