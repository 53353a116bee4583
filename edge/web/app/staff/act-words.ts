// The acts of the audit log in words. "Who" is the person who did it; the target is named where the act is about somebody or something else.

import type { Act, AuditView } from "#schema/api/audit.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { durationText } from "../ui/dates.ts";

/** Behind the name of who did it. `{target}`: the name of what it was done to. */
const ACTS: Record<Act, string> = {
  "user.registered": "made this account",
  "user.exported": "downloaded the data of the account",
  "user.deleted": "deleted the account",
  "login.changed": "changed the login",
  "email.verified": "confirmed the e-mail address",
  "email.changed": "changed the e-mail address",
  "password.changed": "changed the password",
  "password.reset-asked": "asked for a new password by e-mail",
  "password.reset": "set a new password by e-mail",
  "sign-in.ok": "signed in",
  "sign-in.failed": "failed to sign in to {target}",
  "sign-in.ended": "signed a device out",
  "sign-in.all-ended": "signed all devices out",
  "refresh-token.reused": "showed a sign-in that was used already: all of its devices were signed out",
  "totp.enabled": "turned two-factor sign-in on",
  "totp.disabled": "turned two-factor sign-in off",
  "totp.failed": "entered a wrong code for two-factor sign-in",
  "recovery-codes.renewed": "made new recovery codes",
  "recovery-code.used": "signed in with a recovery code",
  "identity.linked": "linked an account of another site",
  "identity.unlinked": "unlinked an account of another site",
  "access-token.made": "made a personal access token",
  "access-token.ended": "ended a personal access token",
  "stream-key.renewed": "made a new stream key for {target}",
  "stream-key.guessed": "tried wrong stream keys",
  "channel-role.granted": "gave a role in a channel to {target}",
  "channel-role.taken": "took a role in a channel from {target}",
  "user.blocked": "blocked {target}",
  "user.unblocked": "unblocked {target}",
  "report.made": "reported something",
  "role.granted": "changed the role of {target}",
  "user.viewed": "looked at {target}",
  "user.suspended": "suspended {target}",
  "user.restored": "lifted the suspension of {target}",
  "channel.suspended": "suspended the channel of {target}",
  "channel.restored": "lifted the suspension of the channel of {target}",
  "report.resolved": "upheld a report",
  "report.dismissed": "dismissed a report",
  "broadcast.stopped": "ended the broadcast of {target}",
  "node.drained": "drained the node {target}",
  "node.undrained": "put the node {target} to work again",
};

/** The words before and behind the target's name; `after` null: the act names no target. An act of a newer release has no words. */
export function actWords(act: string): { before: string; after: string | null } {
  const words = (ACTS as Record<string, string>)[act];
  if (words === undefined) return { before: act, after: null };
  const [before = "", after] = words.split("{target}");
  return { before: before.trim(), after: after ?? null };
}

/** Groups of acts, by the word before the dot, for the filter. */
export const ACT_GROUPS: readonly (readonly [group: string, word: string])[] = [
  ["", "Everything"],
  ["sign-in", "Sign-ins"],
  ["password", "Passwords"],
  ["totp", "Two-factor sign-in"],
  ["email", "E-mail addresses"],
  ["user", "Accounts"],
  ["access-token", "Personal access tokens"],
  ["stream-key", "Stream keys"],
  ["channel-role", "Roles in channels"],
  ["role", "Roles of staff"],
  ["channel", "Channels"],
  ["report", "Reports"],
  ["broadcast", "Broadcasts"],
  ["node", "Nodes"],
];

/** The detail as text: `for 7 days` instead of `durationMs: 604800000`, and only the end of an id. */
export const detailText = (detail: AuditView["detail"]) =>
  Object.entries(detail)
    .map(([name, value]) => {
      if (name === "durationMs" && typeof value === "number") return `for ${durationText(value)}`;
      const word = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      if (value === null) return `${word}: none`;
      return `${word}: ${isUuid(String(value)) ? `…${String(value).slice(-6)}` : value}`;
    })
    .join(", ");
