// What our letters say, in one place. Links begin with the public address of the settings, never with what a request calls us.

import type { Letter } from "./mail.ts";

export interface Addressee {
  email: string;
  login: string;
}

export interface Letters {
  /** Registration, or asked for again. Link: `/verify?token=`, for 3 days. */
  verify(to: Addressee, token: string): Letter;
  /** Link: `/reset?token=`, for 1 hour. */
  reset(to: Addressee, token: string): Letter;
  passwordChanged(to: Addressee): Letter;
  /** To the new address. Link: `/verify?token=`, for 1 day. */
  confirmChange(to: Addressee, token: string): Letter;
  /** To the new address, when somebody else's account has it: the asker is told nothing. */
  addressInUse(to: Addressee): Letter;
  /** To the address that the account has now. */
  changeAsked(to: Addressee, newEmail: string): Letter;
  /** To the address that it had. */
  changed(to: Addressee): Letter;
  identityLinked(to: Addressee, provider: string): Letter;
  accountDeleted(to: Addressee): Letter;
}

export function createLetters({ publicUrl }: { publicUrl: string }): Letters {
  const link = (path: string, token: string) => `${publicUrl}${path}?token=${token}`;
  const letter = ({ email, login }: Addressee, subject: string, ...lines: string[]): Letter => ({
    to: email,
    subject,
    text: [`Hello ${login},`, ...lines, publicUrl].join("\n\n"),
  });
  const NOT_YOU = "If this was not you, choose a new password at once:";

  return {
    verify: (to, token) =>
      letter(
        to,
        "Confirm your e-mail address",
        "please confirm that this address is yours by opening this link within 3 days:",
        link("/verify", token),
        "If you have not made an account here, ignore this letter.",
      ),
    reset: (to, token) =>
      letter(
        to,
        "Choose a new password",
        "open this link within an hour to choose a new password. It works once.",
        link("/reset", token),
        "If you have not asked for it, ignore this letter: your password stays as it is.",
      ),
    passwordChanged: (to) =>
      letter(
        to,
        "Your password was changed",
        "the password of your account was just changed, and other devices were signed out.",
        `${NOT_YOU} ${publicUrl}/forgot`,
      ),
    confirmChange: (to, token) =>
      letter(
        to,
        "Confirm your new e-mail address",
        "open this link within a day, and this becomes the address of your account:",
        link("/verify", token),
        "If you have not asked for it, ignore this letter.",
      ),
    addressInUse: (to) =>
      letter(
        to,
        "This e-mail address has an account already",
        "somebody, perhaps you, wanted to use this address for another account. One account has one address, so nothing was changed.",
      ),
    changeAsked: (to, newEmail) =>
      letter(
        to,
        "A new e-mail address was asked for",
        `your account is to get the address ${newEmail}, once it is confirmed from there.`,
        `${NOT_YOU} ${publicUrl}/forgot`,
      ),
    changed: (to) =>
      letter(
        to,
        "Your e-mail address was changed",
        "your account has another address now. Letters no longer come here.",
        "If this was not you, write to whoever runs this site.",
      ),
    identityLinked: (to, provider) =>
      letter(
        to,
        `${provider} can now open your account`,
        `your account was linked: whoever signs in at ${provider} as you is signed in here.`,
        `${NOT_YOU} ${publicUrl}/forgot`,
        `A new password alone does not undo the link. Then take it away here: ${publicUrl}/settings/security`,
      ),
    accountDeleted: (to) =>
      letter(to, "Your account is deleted", "your account and your channel are gone, as you asked."),
  };
}
