// E-mails about acts that touch an account's safety, so that its owner notices when it was somebody else. They hold nothing that
// opens anything: no token, code, key or link with one.

import type { Scope } from "#schema/api/scopes.ts";
import { type Addressee, messageOf } from "./link-messages.ts";
import type { EmailMessage } from "./smtp.ts";

/** Whom a notice is for, and where the act came from. */
export interface NoticeContext {
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

export interface SecurityNotices {
  newSignIn(context: NoticeContext): EmailMessage;
  signedOutEverywhere(context: NoticeContext): EmailMessage;
  passwordChanged(context: NoticeContext): EmailMessage;
  /** To the address that the account has now. */
  changeAsked(context: NoticeContext, newEmail: string): EmailMessage;
  /** To the address that it had. */
  changed(context: NoticeContext): EmailMessage;
  twoFactorOn(context: NoticeContext): EmailMessage;
  twoFactorOff(context: NoticeContext): EmailMessage;
  recoveryCodesRenewed(context: NoticeContext): EmailMessage;
  recoveryCodeUsed(context: NoticeContext, codesLeft: number): EmailMessage;
  tokenMade(context: NoticeContext, token: MadeToken): EmailMessage;
  identityLinked(context: NoticeContext, provider: string): EmailMessage;
  identityUnlinked(context: NoticeContext, provider: string): EmailMessage;
  streamKeyRenewed(context: NoticeContext): EmailMessage;
  accountDeleted(context: NoticeContext): EmailMessage;
}

export function createSecurityNotices({ publicUrl }: { publicUrl: string }): SecurityNotices {
  const message = messageOf(publicUrl);
  const SECURITY = `${publicUrl}/settings/security`;
  const NOT_YOU = `If this was not you, choose a new password at once: ${publicUrl}/forgot`;

  return {
    newSignIn: (context) =>
      message(
        context.to,
        "New sign-in to your account",
        "your account was just signed in to from a device that it has not been used with before.",
        occasion(context),
        "If this was you, there is nothing to do.",
        `${NOT_YOU} That signs all devices out. Those that are signed in are listed here: ${SECURITY}`,
      ),
    signedOutEverywhere: (context) =>
      message(
        context.to,
        "All your devices were signed out",
        "every device that was signed in to your account was just signed out.",
        occasion(context),
        NOT_YOU,
      ),
    passwordChanged: (context) =>
      message(
        context.to,
        "Your password was changed",
        "the password of your account was just changed, and other devices were signed out.",
        occasion(context),
        NOT_YOU,
      ),
    changeAsked: (context, newEmail) =>
      message(
        context.to,
        "A new e-mail address was asked for",
        `your account is to get the address ${newEmail}, once it is confirmed from there.`,
        occasion(context),
        NOT_YOU,
      ),
    changed: (context) =>
      message(
        context.to,
        "Your e-mail address was changed",
        "your account has another address now. This one gets no more e-mails from us.",
        occasion(context),
        "If this was not you, write to whoever runs this site.",
      ),
    twoFactorOn: (context) =>
      message(
        context.to,
        "Two-factor sign-in was turned on",
        "signing in to your account now takes a code of your authenticator app too. Keep the recovery codes where you find them without your phone.",
        occasion(context),
        NOT_YOU,
        "Signing in will still ask for codes that only somebody else has: write to whoever runs this site, too.",
      ),
    twoFactorOff: (context) =>
      message(
        context.to,
        "Two-factor sign-in was turned off",
        "signing in to your account no longer takes a code of your authenticator app. The recovery codes are void.",
        occasion(context),
        NOT_YOU,
        `Then turn it on again here: ${SECURITY}`,
      ),
    recoveryCodesRenewed: (context) =>
      message(
        context.to,
        "Your recovery codes were renewed",
        "your account has new recovery codes. Those that it had before are void.",
        occasion(context),
        NOT_YOU,
        `A new password alone does not take the new codes from whoever has them. Then renew them once more here: ${SECURITY}`,
      ),
    recoveryCodeUsed: (context, codesLeft) =>
      message(
        context.to,
        "A recovery code was used to sign in",
        `one of your recovery codes was just used to sign in to your account, and is void now. ${left(codesLeft)}`,
        occasion(context),
        `New ones are made here: ${SECURITY}`,
        NOT_YOU,
      ),
    tokenMade: (context, { name, scopes, expiresAt }) =>
      message(
        context.to,
        "A personal access token was made",
        `your account has a new personal access token, named "${name}".`,
        `Whoever has it may use: ${scopes.join(", ")}. ${expiresAt ? `It ends on ${time(expiresAt.getTime())}.` : "It has no end."}`,
        occasion(context),
        NOT_YOU,
        `A new password alone does not end the token. Then delete it here: ${SECURITY}`,
      ),
    identityLinked: (context, provider) =>
      message(
        context.to,
        `${provider} can now open your account`,
        `your account was linked: whoever signs in at ${provider} as you is signed in here.`,
        occasion(context),
        NOT_YOU,
        `A new password alone does not undo the link. Then take it away here: ${SECURITY}`,
      ),
    identityUnlinked: (context, provider) =>
      message(
        context.to,
        `${provider} no longer opens your account`,
        `the link of your account to ${provider} was taken away, and other devices that came in by it were signed out.`,
        occasion(context),
        NOT_YOU,
      ),
    streamKeyRenewed: (context) =>
      message(
        context.to,
        "Your stream key was renewed",
        "your channel has a new stream key. One that it had before no longer works.",
        occasion(context),
        NOT_YOU,
        `A new password alone does not end the key. Then make another one here: ${publicUrl}/dashboard`,
      ),
    accountDeleted: (context) =>
      message(
        context.to,
        "Your account is deleted",
        "your account and your channel are gone, as you asked.",
        occasion(context),
        "If this was not you, write to whoever runs this site.",
      ),
  };
}

function occasion({ atMs, device, address }: NoticeContext): string {
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
