// Two-factor, for sign-in by password and by provider: a code of the authenticator app or a recovery code, each valid once.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { SignInMethod } from "#schema/api/devices.ts";
import type { Sql } from "#schema/database.ts";
import {
  giveBackOtpTry,
  takeOtpTry,
  totpOf,
  useRecoveryCode,
  useTotpStep,
} from "#schema/queries/accounts/two-factor.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import { createSealing, type Sealing } from "../tokens/seal.ts";
import { readOneTimeCode, totpStepOf } from "./one-time-codes.ts";

/** Five wrong codes, then one every three minutes: an attacker with the password has a chance of 1 in 700 a day. */
const TRIES = { countMax: 5, refillMs: 3 * 60_000 };
/** Time to enter the code after the return from a provider. */
export const TICKET_MS = 5 * 60_000;
const TICKET_ABOUT = "sign-in";

interface TwoFactorAttempt {
  userId: string;
  /** As typed; undefined: not given. */
  otp: string | undefined;
  /** For the audit log. */
  address: string;
}

export interface TwoFactor {
  /**
   * Does nothing for a user without two-factor. Throws Refusal: `otp_required` (no code), `otp_wrong` (also for a used code), `rate_limited`
   * (five wrong codes). `recoveryCodesLeft`: not null if a recovery code was used.
   */
  enforce(attempt: TwoFactorAttempt): Promise<{ recoveryCodesLeft: number | null }>;
  /** Whether this user has two-factor. */
  isOn(userId: string): Promise<boolean>;
  /** Checks a code of the app against this secret, and counts the try. Answers the code's time step (RFC 6238). Throws Refusal: `otp_wrong`,
   *  `rate_limited`. */
  stepOfCode(userId: string, secret: Uint8Array, code: string): Promise<number>;
  /** For a user who returned from a provider and must still enter the code: to be sent with the code, within 5 minutes. */
  ticketFor(user: { id: string }, method: SignInMethod): string;
  /** Null: not ours, or expired. */
  readTicket(text: string): { userId: string; method: SignInMethod } | null;
  /** Of the secrets. */
  sealing: Sealing;
}

interface TwoFactorParts {
  sql: Sql;
  keys: KeyRing;
  clock: Clock;
  random: Random;
  audit: Audit;
}

export function createTwoFactor({ sql, keys, clock, random, audit }: TwoFactorParts): TwoFactor {
  const sealing = createSealing({ keys, random, purpose: "totp-secret" });
  const tickets = createSealing({ keys, random, purpose: "sign-in-ticket" });

  async function countedTry<Value>(userId: string, check: () => Promise<Value | null>): Promise<Value> {
    const waitMs = await takeOtpTry(sql, userId, TRIES);
    if (waitMs !== null) throw new Refusal("rate_limited", "too many wrong codes", waitMs);
    const right = await check();
    if (right === null) throw new Refusal("otp_wrong");
    await giveBackOtpTry(sql, userId);
    return right;
  }

  async function spend(userId: string, secret: Uint8Array, otp: string): Promise<"code" | "recovery" | null> {
    const typed = readOneTimeCode(otp);
    if (!typed) return null;
    if ("recoveryHash" in typed) return (await useRecoveryCode(sql, userId, typed.recoveryHash)) ? "recovery" : null;
    const step = await totpStepOf(secret, typed.code, clock.wallMs());
    return step !== null && (await useTotpStep(sql, userId, step)) ? "code" : null;
  }

  return {
    sealing,

    async enforce({ userId, otp, address }) {
      const row = await totpOf(sql, userId);
      if (!row?.confirmedAt || !row.sealed) return { recoveryCodesLeft: null };
      if (otp === undefined || otp.trim() === "") throw new Refusal("otp_required");
      const secret = sealing.open(row.sealed, userId);
      // The key was removed too early. Recovery codes still work.
      if (!secret && "code" in (readOneTimeCode(otp) ?? {}))
        throw new Error("a two-factor secret is sealed by a key that is gone");
      try {
        const spent = await countedTry(userId, () => spend(userId, secret ?? new Uint8Array(), otp));
        if (spent === "code") return { recoveryCodesLeft: null };
        await audit({ actorId: userId, act: "recovery-code.used", target: userId, address });
        return { recoveryCodesLeft: (await totpOf(sql, userId))?.recoveryCodesLeft ?? 0 };
      } catch (error) {
        if (error instanceof Refusal) await audit({ actorId: null, act: "totp.failed", target: userId, address });
        throw error;
      }
    },

    async isOn(userId) {
      return (await totpOf(sql, userId))?.confirmedAt != null;
    },

    stepOfCode(userId, secret, code) {
      return countedTry(userId, async () => {
        const typed = readOneTimeCode(code);
        return typed && "code" in typed ? totpStepOf(secret, typed.code, clock.wallMs()) : null;
      });
    },

    ticketFor({ id }, method) {
      const ticket = JSON.stringify({ userId: id, method, untilMs: clock.wallMs() + TICKET_MS });
      return Buffer.from(tickets.seal(Buffer.from(ticket), TICKET_ABOUT)).toString("base64url");
    },

    readTicket(text) {
      const opened = tickets.open(new Uint8Array(Buffer.from(text, "base64url")), TICKET_ABOUT);
      if (!opened) return null;
      const { userId, method, untilMs } = JSON.parse(Buffer.from(opened).toString()) as {
        userId: string;
        method: SignInMethod;
        untilMs: number;
      };
      return untilMs > clock.wallMs() ? { userId, method } : null;
    },
  };
}
