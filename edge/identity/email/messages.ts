// What our letters with links say, in one place. Links begin with the public address of the settings, never with what a request calls us.

import type { Letter } from "./smtp.ts";

export interface Addressee {
  email: string;
  login: string;
}

export interface Letters {
  /** Registration, or asked for again. Link: `/verify?token=`, for 3 days. */
  verify(to: Addressee, token: string): Letter;
  /** Link: `/reset?token=`, for 1 hour. */
  reset(to: Addressee, token: string): Letter;
  /** To the new address. Link: `/verify?token=`, for 1 day. */
  confirmChange(to: Addressee, token: string): Letter;
  /** To the new address, when somebody else's account has it: the asker is told nothing. */
  addressInUse(to: Addressee): Letter;
}

export function createLetters({ publicUrl }: { publicUrl: string }): Letters {
  const link = (path: string, token: string) => `${publicUrl}${path}?token=${token}`;
  const letter = letterOf(publicUrl);

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
  };
}

/** How all of our letters begin and end. */
export const letterOf =
  (publicUrl: string) =>
  ({ email, login }: Addressee, subject: string, ...lines: string[]): Letter => ({
    to: email,
    subject,
    text: [`Hello ${login},`, ...lines, publicUrl].join("\n\n"),
  });
