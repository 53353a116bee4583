// One-time codes: six digits of an authenticator app (RFC 6238: SHA-1, 30 s), and recovery codes for a lost app.

import { createHash, timingSafeEqual } from "node:crypto";
import { base32 } from "oslo/encoding";
import { createTOTPKeyURI, generateHOTP } from "oslo/otp";
import type { Random } from "#runtime/base/random.ts";

export const STEP_MS = 30_000;
const RECOVERY_CODES_COUNT = 10;

/** Phones' clocks differ: a code one step early or late is accepted too (RFC 6238 §5.2). */
const STEPS_AROUND = [0, -1, 1];
/** RFC 4226 §4: 160 bits. */
const SECRET_BYTES = 20;
/** 80 bits, 16 letters. */
const RECOVERY_CODE_BYTES = 10;

export const newTotpSecret = (random: Random): Uint8Array => random.bytes(SECRET_BYTES);

/** For typing it into an authenticator app. */
export const totpSecretText = (secret: Uint8Array) => base32.encode(secret, { includePadding: false });

/** For a QR code. `issuer`: the name that the app shows. */
export const totpUri = (issuer: string, secret: Uint8Array, login: string) =>
  createTOTPKeyURI(issuer, login, secret as Uint8Array<ArrayBuffer>);

/** The time step of this code, among those around now; null: a wrong code. */
export async function totpStepOf(secret: Uint8Array, code: string, nowMs: number): Promise<number | null> {
  const now = Math.floor(nowMs / STEP_MS);
  let found: number | null = null;
  for (const around of STEPS_AROUND) {
    const right = await generateHOTP(secret as Uint8Array<ArrayBuffer>, now + around);
    if (timingSafeEqual(Buffer.from(right), Buffer.from(code))) found ??= now + around;
  }
  return found;
}

interface RecoveryCode {
  /** Shown once: `abcd-efgh-ijkl-mnop`. */
  text: string;
  /** Stored. */
  hash: Uint8Array;
}

export function newRecoveryCodes(random: Random): RecoveryCode[] {
  return Array.from({ length: RECOVERY_CODES_COUNT }, () => {
    const letters = base32.encode(random.bytes(RECOVERY_CODE_BYTES), { includePadding: false });
    return { text: letters.toLowerCase().match(/.{4}/g)!.join("-"), hash: recoveryHash(letters) };
  });
}

/** Parses typed text: a code of the app, a recovery code, or neither. Blanks, dashes and letter case are ignored. */
export function readOneTimeCode(text: string): { code: string } | { recoveryHash: Uint8Array } | null {
  const plain = text.replace(/[\s-]/g, "").toUpperCase();
  if (/^[0-9]{6}$/.test(plain)) return { code: plain };
  return /^[A-Z2-7]{16}$/.test(plain) ? { recoveryHash: recoveryHash(plain) } : null;
}

/** 80 random bits need no salt and no slow hash. */
const recoveryHash = (letters: string) => new Uint8Array(createHash("sha256").update(letters).digest());
