// What our letters say of an act that touches an account's safety, so that its owner notices when it was somebody else. They hold
// nothing that opens anything: no token, code, key or link with one.

import type { Scope } from "#schema/api/scopes.ts";
import { type Addressee, letterOf } from "./messages.ts";
import type { Letter } from "./smtp.ts";

/** An act, to whom it is told. */
export interface Told {
  to: Addressee;
  atMs: number;
  /** As `deviceFamily` calls it. */
  device: string;
  /** Client address; empty: not known. */
  address: string;
}

export interface MadeToken {
  name: string;
  scopes: readonly Scope[];
  /** Null: it has no end. */
  expiresAt: Date | null;
}

export interface SecurityLetters {
  newSignIn(told: Told): Letter;
  signedOutEverywhere(told: Told): Letter;
  passwordChanged(told: Told): Letter;
  /** To the address that the account has now. */
  changeAsked(told: Told, newEmail: string): Letter;
  /** To the address that it had. */
  changed(told: Told): Letter;
  secondStepOn(told: Told): Letter;
  secondStepOff(told: Told): Letter;
  recoveryCodesRenewed(told: Told): Letter;
  recoveryCodeUsed(told: Told, codesLeft: number): Letter;
  tokenMade(told: Told, token: MadeToken): Letter;
  identityLinked(told: Told, provider: string): Letter;
  identityUnlinked(told: Told, provider: string): Letter;
  streamKeyRenewed(told: Told): Letter;
  accountDeleted(told: Told): Letter;
}

export function createSecurityLetters({ publicUrl }: { publicUrl: string }): SecurityLetters {
  const letter = letterOf(publicUrl);
  const SECURITY = `${publicUrl}/settings/security`;
  const NOT_YOU = `If this was not you, choose a new password at once: ${publicUrl}/forgot`;

  return {
    newSignIn: (told) =>
      letter(
        told.to,
        "New sign-in to your account",
        "your account was just signed in to from a device that it has not been used with before.",
        occasion(told),
        "If this was you, there is nothing to do.",
        `${NOT_YOU} That signs all devices out. Those that are signed in are listed here: ${SECURITY}`,
      ),
    signedOutEverywhere: (told) =>
      letter(
        told.to,
        "All your devices were signed out",
        "every device that was signed in to your account was just signed out.",
        occasion(told),
        NOT_YOU,
      ),
    passwordChanged: (told) =>
      letter(
        told.to,
        "Your password was changed",
        "the password of your account was just changed, and other devices were signed out.",
        occasion(told),
        NOT_YOU,
      ),
    changeAsked: (told, newEmail) =>
      letter(
        told.to,
        "A new e-mail address was asked for",
        `your account is to get the address ${newEmail}, once it is confirmed from there.`,
        occasion(told),
        NOT_YOU,
      ),
    changed: (told) =>
      letter(
        told.to,
        "Your e-mail address was changed",
        "your account has another address now. Letters no longer come here.",
        occasion(told),
        "If this was not you, write to whoever runs this site.",
      ),
    secondStepOn: (told) =>
      letter(
        told.to,
        "Two-factor sign-in was turned on",
        "signing in to your account now takes a code of your authenticator app too. Keep the recovery codes where you find them without your phone.",
        occasion(told),
        NOT_YOU,
        "Signing in will still ask for codes that only somebody else has: write to whoever runs this site, too.",
      ),
    secondStepOff: (told) =>
      letter(
        told.to,
        "Two-factor sign-in was turned off",
        "signing in to your account no longer takes a code of your authenticator app. The recovery codes are void.",
        occasion(told),
        NOT_YOU,
        `Then turn it on again here: ${SECURITY}`,
      ),
    recoveryCodesRenewed: (told) =>
      letter(
        told.to,
        "Your recovery codes were renewed",
        "your account has new recovery codes. Those that it had before are void.",
        occasion(told),
        NOT_YOU,
        `A new password alone does not take the new codes from whoever has them. Then renew them once more here: ${SECURITY}`,
      ),
    recoveryCodeUsed: (told, codesLeft) =>
      letter(
        told.to,
        "A recovery code was used to sign in",
        `one of your recovery codes was just used to sign in to your account, and is void now. ${left(codesLeft)}`,
        occasion(told),
        `New ones are made here: ${SECURITY}`,
        NOT_YOU,
      ),
    tokenMade: (told, { name, scopes, expiresAt }) =>
      letter(
        told.to,
        "A personal access token was made",
        `your account has a new personal access token, named "${name}".`,
        `Whoever has it may use: ${scopes.join(", ")}. ${expiresAt ? `It ends on ${time(expiresAt.getTime())}.` : "It has no end."}`,
        occasion(told),
        NOT_YOU,
        `A new password alone does not end the token. Then delete it here: ${SECURITY}`,
      ),
    identityLinked: (told, provider) =>
      letter(
        told.to,
        `${provider} can now open your account`,
        `your account was linked: whoever signs in at ${provider} as you is signed in here.`,
        occasion(told),
        NOT_YOU,
        `A new password alone does not undo the link. Then take it away here: ${SECURITY}`,
      ),
    identityUnlinked: (told, provider) =>
      letter(
        told.to,
        `${provider} no longer opens your account`,
        `the link of your account to ${provider} was taken away, and other devices that came in by it were signed out.`,
        occasion(told),
        NOT_YOU,
      ),
    streamKeyRenewed: (told) =>
      letter(
        told.to,
        "Your stream key was renewed",
        "your channel has a new stream key. One that it had before no longer works.",
        occasion(told),
        NOT_YOU,
        `A new password alone does not end the key. Then make another one here: ${publicUrl}/dashboard`,
      ),
    accountDeleted: (told) =>
      letter(
        told.to,
        "Your account is deleted",
        "your account and your channel are gone, as you asked.",
        occasion(told),
        "If this was not you, write to whoever runs this site.",
      ),
  };
}

function occasion({ atMs, device, address }: Told): string {
  const from = device === "unknown" ? "an unknown device" : device;
  return `This was on ${time(atMs)}, from ${from}${address === "" ? "" : ` at ${address}`}.`;
}

/** `2026-11-22 at 19:20:05 UTC`. */
function time(wallMs: number): string {
  const text = new Date(wallMs).toISOString();
  return `${text.slice(0, 10)} at ${text.slice(11, 19)} UTC`;
}

function left(count: number): string {
  if (count === 0) return "None is left.";
  return count === 1 ? "One is left." : `${count} are left.`;
}
