// E-mails about security-relevant acts, so that the account's owner notices the acts of others. They never contain a token, a code or a key.

import type { Scope } from "#schema/api/scopes.ts";
import { type Addressee, messageOf } from "./link-messages.ts";
import type { EmailMessage } from "./smtp.ts";

/** The addressee of a notice, and the origin of the act. */
export interface NoticeContext {
  to: Addressee;
  atMs: number;
  /** From `deviceFamily`. */
  device: string;
  /** Client address; empty: unknown. */
  address: string;
}

interface MadeToken {
  name: string;
  scopes: readonly Scope[];
  /** Null: never. */
  expiresAt: Date | null;
}

export interface SecurityNotices {
  newSignIn(context: NoticeContext): EmailMessage;
  signedOutEverywhere(context: NoticeContext): EmailMessage;
  passwordChanged(context: NoticeContext): EmailMessage;
  /** To the present address. */
  changeAsked(context: NoticeContext, newEmail: string): EmailMessage;
  /** To the old address. */
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
        "a new device was just signed in to your account.",
        occasion(context),
        "If this was you, there is nothing to do.",
        `${NOT_YOU} That signs all devices out. The list of devices is here: ${SECURITY}`,
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
        "A change of your e-mail address was requested",
        `somebody asked to change the address of your account to ${newEmail}. The change takes effect once that address is confirmed.`,
        occasion(context),
        NOT_YOU,
      ),
    changed: (context) =>
      message(
        context.to,
        "Your e-mail address was changed",
        "your account has another address now. This one gets no more e-mails from us.",
        occasion(context),
        "If this was not you, write to the operators of this site.",
      ),
    twoFactorOn: (context) =>
      message(
        context.to,
        "Two-factor sign-in was turned on",
        "signing in to your account now takes a code of your authenticator app too. Keep the recovery codes where you find them without your phone.",
        occasion(context),
        NOT_YOU,
        "A new password alone does not turn this off: write to the operators of this site, too.",
      ),
    twoFactorOff: (context) =>
      message(
        context.to,
        "Two-factor sign-in was turned off",
        "signing in to your account no longer takes a code of your authenticator app. The recovery codes are void.",
        occasion(context),
        NOT_YOU,
        `Turn it on again here: ${SECURITY}`,
      ),
    recoveryCodesRenewed: (context) =>
      message(
        context.to,
        "Your recovery codes were renewed",
        "your account has new recovery codes. Those that it had before are void.",
        occasion(context),
        NOT_YOU,
        `A new password alone does not void the new codes. Renew them once more here: ${SECURITY}`,
      ),
    recoveryCodeUsed: (context, codesLeft) =>
      message(
        context.to,
        "A recovery code was used to sign in",
        `one of your recovery codes was just used to sign in to your account, and is void now. ${left(codesLeft)}`,
        occasion(context),
        `Make new ones here: ${SECURITY}`,
        NOT_YOU,
      ),
    tokenMade: (context, { name, scopes, expiresAt }) =>
      message(
        context.to,
        "A personal access token was made",
        `your account has a new personal access token, named "${name}".`,
        `Its scopes: ${scopes.join(", ")}. ${expiresAt ? `It expires on ${time(expiresAt.getTime())}.` : "It never expires."}`,
        occasion(context),
        NOT_YOU,
        `A new password alone does not void the token. Delete it here too: ${SECURITY}`,
      ),
    identityLinked: (context, provider) =>
      message(
        context.to,
        `${provider} can now open your account`,
        `your account was linked to ${provider}: signing in there now also signs in here.`,
        occasion(context),
        NOT_YOU,
        `A new password alone does not undo the link. Unlink it here too: ${SECURITY}`,
      ),
    identityUnlinked: (context, provider) =>
      message(
        context.to,
        `${provider} no longer opens your account`,
        `your account is no longer linked to ${provider}, and other devices that signed in by it were signed out.`,
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
        `A new password alone does not void the key. Make another one here too: ${publicUrl}/dashboard`,
      ),
    accountDeleted: (context) =>
      message(
        context.to,
        "Your account is deleted",
        "your account and your channel are gone, as you asked.",
        occasion(context),
        "If this was not you, write to the operators of this site.",
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
