// Signs devices in and out and keeps them signed in, for every way to authenticate: password, provider, e-mail link.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import type { SignedInView } from "#schema/api/auth.ts";
import { DEVICES_MAX, type SignInMethod } from "#schema/api/devices.ts";
import {
  addSignIn,
  devicesBefore,
  endSignIn,
  endSignInsOf,
  rotateSignIn,
  type SignedInUser,
  userOfSignIn,
} from "#schema/queries/accounts/devices.ts";
import { suspendedRefusalOf } from "../../gateway/problems/suspended.ts";
import { createOriginRule } from "../../gateway/requests/origin-header.ts";
import type { Origin } from "../../gateway/requests/visit.ts";
import { createAudit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { EmailSender } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import { deviceFamily } from "./device-name.ts";
import { readRefreshCookies, refreshCookie } from "./refresh-cookie.ts";
import { REFRESH_GRACE_MS, REFRESH_TOKEN_MS, type RefreshToken } from "./refresh-token.ts";
import { createSignInTraces } from "./sign-in-traces.ts";

/** The user to sign in. */
export interface SigningIn {
  id: string;
  /** Hash of the checked password; null: the account has none. */
  passwordHash?: string | null;
  /** The request has just created the account: no notice about a new device. */
  isNew?: boolean;
}

export interface SignedIn {
  /** The answer's body. */
  view: SignedInView;
  /** For `set-cookie`: the refresh token. */
  cookie: string;
}

export interface Devices {
  /**
   * Signs the device at `origin` in as this user. The user gets an e-mail if such a device is new to the account. The caller has checked
   * the password (or its equivalent) and, with `twoFactor`, the one-time code. Throws Refusal: `suspended`; `bad_credentials` if the password
   * has changed since; `not_signed_in` if the user was deleted, or is no longer linked to the provider of `method`.
   */
  signIn(user: SigningIn, origin: Origin, method: SignInMethod): Promise<SignedIn>;
  /** The refresh token of the body or the cookie; null: none of ours. Throws Refusal `foreign_origin` for a foreign page without a token in
   *  the body. */
  presented(request: Request, body: { refreshToken?: string }): RefreshToken | null;
  /** Throws Refusal `not_signed_in`, `token_reused` (the device is signed out) or `suspended`; the answer should then clear the cookie. */
  refresh(presented: RefreshToken, origin: Origin): Promise<SignedIn>;
  /** Signs a device out and voids its access tokens; false: no such device. With `userId` only a device of this user. */
  signOut(id: string, options?: { userId?: string }): Promise<boolean>;
  /** Signs out all devices of the token's user and voids their access tokens. Null: no such device. */
  signOutAllOf(presented: RefreshToken): Promise<{ userId: string } | null>;
  /** For `set-cookie`: clears the refresh token. */
  readonly noCookie: string;
}

interface DevicesParts {
  auth: Auth;
  emails: EmailSender;
}

const USER_AGENT_LENGTH_MAX = 200;
/** Number of audit entries that are searched for devices that were signed out since. */
const PAST_ACTS_MAX = 1_000;

export function createDevices(world: EdgeWorld, { auth, emails }: DevicesParts): Devices {
  const { config, clock, random, log } = world;
  const { sql } = world.database;
  const { tokens, refreshTokens, revocations } = auth;
  const audit = createAudit(world);
  const traces = createSignInTraces({ sql, keys: auth.keys, log });
  const origins = createOriginRule(world);
  const cookie = (text: string | null) => refreshCookie(text, { secure: config.secureCookies });
  const device = ({ request, address }: Origin) => ({
    userAgent: (request.headers.get("user-agent") ?? "").slice(0, USER_AGENT_LENGTH_MAX),
    address,
  });

  async function opened(user: SignedInUser, token: RefreshToken): Promise<SignedIn> {
    const { id, channelId, login, displayName, pictureUrl, role, issuedAtMs } = user;
    const deviceId = token.familyId;
    const issued = await tokens.issue({ userId: id, login, displayName, role, deviceId, issuedAtMs });
    return { view: { user: { id, login, displayName, pictureUrl }, channelId, ...issued }, cookie: cookie(token.text) };
  }

  async function isNewTo(userId: string, deviceId: string, family: string): Promise<boolean> {
    try {
      const { userAgents, families } = await devicesBefore(sql, { userId, deviceId, actsMax: PAST_ACTS_MAX });
      return !families.includes(family) && !userAgents.some((userAgent) => deviceFamily(userAgent) === family);
    } catch (error) {
      log.warn({ user: userId, reason: reason(error) }, "whether a device is new is not known");
      return false;
    }
  }

  return {
    noCookie: cookie(null),

    async signIn({ id: userId, passwordHash, isNew = false }, origin, method) {
      const from = device(origin);
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
      await traces.keep(user.id, origin);
      // Before the audit log has this sign-in.
      if (!isNew && (await isNewTo(userId, first.familyId, family)))
        emails.notify(origin, { id: userId }, (notices, context) => notices.newSignIn(context));
      const detail = { method, device: family };
      await audit({ actorId: userId, act: "sign-in.ok", target: userId, address: from.address, detail });
      return opened(user, first);
    },

    presented(request, body) {
      if (body.refreshToken !== undefined) return refreshTokens.read(body.refreshToken);
      // Before the cookies are looked at, so that a page at an address that we do not know learns it when it is opened. Also refuses other
      // ports and subdomains of the same site, which SameSite lets through.
      origins.check(request);
      for (const text of readRefreshCookies(request)) {
        const token = refreshTokens.read(text);
        if (token) return token;
      }
      return null;
    },

    async refresh(presented, origin) {
      const { familyId } = presented;
      const successors = refreshTokens.successors(presented);
      const rotated = await rotateSignIn(sql, {
        id: familyId,
        presentedHash: presented.hash,
        successorHash: successors[0]!.hash,
        graceMs: REFRESH_GRACE_MS,
        expiresInMs: REFRESH_TOKEN_MS,
        ...device(origin),
      });
      if (rotated.outcome === "unknown") throw new Refusal("not_signed_in");
      if (rotated.outcome === "reused") {
        log.warn({ signIn: familyId, request: origin.requestId }, "refresh token reused");
        await revocations.revoke(familyId);
        throw new Refusal("token_reused");
      }
      if (rotated.user.isSuspended) throw await suspendedRefusalOf(sql, rotated.user.id);
      const successor = successors.find(({ hash }) => Buffer.compare(hash, rotated.tokenHash) === 0);
      // Another edge issued one with a key that this edge does not have yet; that edge can answer the next request.
      if (!successor) throw new Refusal("unavailable", "this edge is behind with the server's keys");
      await traces.keep(rotated.user.id, origin);
      return opened(rotated.user, successor);
    },

    async signOut(id, options = {}) {
      const ended = await endSignIn(sql, id, options);
      if (ended) await revocations.revoke(ended.id);
      return ended !== null;
    },

    async signOutAllOf({ familyId }) {
      const userId = await userOfSignIn(sql, familyId);
      if (userId === null) return null;
      await revocations.revoke(...(await endSignInsOf(sql, userId)), userId);
      return { userId };
    },
  };
}
