// Signing a device in, keeping it so, and signing it out: what passwords, providers' accounts and new passwords all end in.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import type { SignedInView } from "#schema/api/auth.ts";
import { DEVICES_MAX } from "#schema/api/devices.ts";
import {
  addSignIn,
  devicesBefore,
  endSignIn,
  endSignInsOf,
  rotateSignIn,
  type SignedInUser,
  userOfSignIn,
} from "#schema/queries/accounts/devices.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { suspendedRefusalOf } from "../../people/suspended.ts";
import { createAudit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Post } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import { deviceFamily } from "./device-name.ts";
import { checkOrigin, readRefreshCookies, refreshCookie } from "./refresh-cookie.ts";
import { REFRESH_GRACE_MS, REFRESH_TOKEN_MS, type RefreshToken } from "./refresh-token.ts";
import type { SignInMethod } from "./sign-in-method.ts";

/** Who is to be signed in. */
export interface SigningIn {
  id: string;
  /** Of the password that was right; null: the account has none. */
  passwordHash?: string | null;
  /** By the request that made the account: no device is new to it. */
  isNew?: boolean;
}

export interface OpenedSignIn {
  signInId: string;
  /** The answer's body. */
  view: SignedInView;
  /** For `set-cookie`: the refresh token. */
  cookie: string;
}

export interface SignIns {
  /**
   * Signs the device that asks in as this user, and tells them by letter when they have not used such a one before. Whoever calls it has
   * checked the password (or what stands for it) and, by `secondSteps`, the second step. Throws Refusal `suspended`; `bad_credentials`
   * when the password has changed since; `not_signed_in` when the user is gone, or no longer linked to the provider of `method`.
   */
  openSignIn(user: SigningIn, request: Request, method: SignInMethod): Promise<OpenedSignIn>;
  /** The refresh token that came by body or cookie; null: none of ours. Throws Refusal `forbidden` for a cookie from a foreign page. */
  presented(request: Request, body: { refreshToken?: string }): RefreshToken | null;
  /** Throws Refusal `not_signed_in`, `token_reused` (the family has ended) or `suspended`; the cookie is to be taken back then. */
  refresh(presented: RefreshToken, request: Request): Promise<OpenedSignIn>;
  /** Signs one device out, its access tokens too; false: there was none. With `userId` only if it is theirs. */
  end(signInId: string, options?: { userId?: string }): Promise<boolean>;
  /** Signs all devices of a user out, or all but one, their access tokens too. */
  endAll(userId: string, options?: { except?: string }): Promise<void>;
  /** As `endAll`, of whom this living family belongs to; null: there is no such family. */
  endAllOf(presented: RefreshToken): Promise<{ userId: string } | null>;
  /** For `set-cookie`: takes the refresh token back. */
  readonly noCookie: string;
}

export interface SignInParts {
  gateway: Gateway;
  auth: Auth;
  post: Post;
}

const USER_AGENT_LENGTH_MAX = 200;
/** How far back the log is looked through for devices that were signed out since. */
const PAST_ACTS_MAX = 1_000;

export function createSignIns(world: EdgeWorld, { gateway, auth, post }: SignInParts): SignIns {
  const { config, clock, random, log } = world;
  const { sql } = world.database;
  const { tokens, refreshTokens, revocations } = auth;
  const audit = createAudit(world);
  const cookie = (text: string | null) => refreshCookie(text, { secure: config.secureCookies });
  const device = (request: Request) => ({
    userAgent: (request.headers.get("user-agent") ?? "").slice(0, USER_AGENT_LENGTH_MAX),
    address: gateway.asked(request).address,
  });

  async function opened(user: SignedInUser, token: RefreshToken): Promise<OpenedSignIn> {
    const { id, login, displayName, role, issuedAtMs } = user;
    const signInId = token.familyId;
    const issued = await tokens.issue({ userId: id, login, displayName, role, signInId, issuedAtMs });
    return { signInId, view: { user: { id, login, displayName }, ...issued }, cookie: cookie(token.text) };
  }

  async function endAll(userId: string, { except }: { except?: string } = {}) {
    const ended = await endSignInsOf(sql, userId, except === undefined ? {} : { except });
    await revocations.revoke(...ended, ...(except === undefined ? [userId] : []));
  }

  async function isNewTo(userId: string, signInId: string, family: string): Promise<boolean> {
    try {
      const { userAgents, families } = await devicesBefore(sql, { userId, signInId, actsMax: PAST_ACTS_MAX });
      return !families.includes(family) && !userAgents.some((userAgent) => deviceFamily(userAgent) === family);
    } catch (error) {
      log.warn({ user: userId, reason: reason(error) }, "whether a device is new is not known");
      return false;
    }
  }

  return {
    noCookie: cookie(null),

    async openSignIn({ id: userId, passwordHash, isNew = false }, request, method) {
      const from = device(request);
      const family = deviceFamily(from.userAgent);
      const first = refreshTokens.first(random.uuid(clock.wallMs()));
      const user = await addSignIn(
        sql,
        {
          id: first.familyId,
          userId,
          tokenHash: first.hash,
          expiresInMs: REFRESH_TOKEN_MS,
          method,
          passwordHash: passwordHash ?? null,
          provider: /^oauth:(.+)$/.exec(method)?.[1] ?? null,
          ...from,
        },
        { countMax: DEVICES_MAX },
      );
      if (!user) throw new Refusal(passwordHash === undefined ? "not_signed_in" : "bad_credentials");
      if (user.isSuspended) throw await suspendedRefusalOf(sql, user.id);
      // Before it is written down that this one was used.
      if (!isNew && (await isNewTo(userId, first.familyId, family)))
        post.tell(request, { id: userId }, (letters, told) => letters.newSignIn(told));
      const detail = { method, device: family };
      await audit({ actorId: userId, act: "sign-in.ok", target: userId, address: from.address, detail });
      return opened(user, first);
    },

    presented(request, body) {
      if (body.refreshToken !== undefined) return refreshTokens.read(body.refreshToken);
      const texts = readRefreshCookies(request);
      if (texts.length === 0) return null;
      checkOrigin(request, config.allowedOrigins);
      for (const text of texts) {
        const token = refreshTokens.read(text);
        if (token) return token;
      }
      return null;
    },

    async refresh(presented, request) {
      const { familyId } = presented;
      const successors = refreshTokens.successors(presented);
      const rotated = await rotateSignIn(sql, {
        id: familyId,
        presentedHash: presented.hash,
        successorHash: successors[0]!.hash,
        graceMs: REFRESH_GRACE_MS,
        expiresInMs: REFRESH_TOKEN_MS,
        ...device(request),
      });
      if (rotated.outcome === "unknown") throw new Refusal("not_signed_in");
      if (rotated.outcome === "reused") {
        log.warn({ signIn: familyId, request: gateway.asked(request).requestId }, "refresh token reused");
        await revocations.revoke(familyId);
        throw new Refusal("token_reused");
      }
      if (rotated.user.isSuspended) throw await suspendedRefusalOf(sql, rotated.user.id);
      const successor = successors.find(({ hash }) => Buffer.compare(hash, rotated.tokenHash) === 0);
      // Another edge gave out one of a key that this edge does not have yet: there the next try is answered.
      if (!successor) throw new Refusal("unavailable", "this edge is behind with the server's keys");
      return opened(rotated.user, successor);
    },

    async end(signInId, options = {}) {
      const ended = await endSignIn(sql, signInId, options);
      if (ended) await revocations.revoke(ended.id);
      return ended !== null;
    },

    endAll,

    async endAllOf({ familyId }) {
      const userId = await userOfSignIn(sql, familyId);
      if (userId === null) return null;
      await endAll(userId);
      return { userId };
    },
  };
}
