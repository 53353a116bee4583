// The e-mails with links. Links begin with PUBLIC_URL, never with the Host of a request.

import type { EmailMessage } from "./smtp.ts";

export interface Addressee {
  email: string;
  login: string;
}

interface LinkMessages {
  /** After registration, or on request. Link: `/verify?token=`, for 3 days. */
  verify(to: Addressee, token: string): EmailMessage;
  /** Link: `/reset?token=`, for 1 hour. */
  reset(to: Addressee, token: string): EmailMessage;
  /** To the new address. Link: `/verify?token=`, for 1 day. */
  confirmChange(to: Addressee, token: string): EmailMessage;
  /** To the new address, if another account has it: the asker gets the same answer as for a free one. */
  addressInUse(to: Addressee): EmailMessage;
}

export function createLinkMessages({ publicUrl }: { publicUrl: string }): LinkMessages {
  const link = (path: string, token: string) => `${publicUrl}${path}?token=${token}`;
  const message = messageOf(publicUrl);

  return {
    verify: (to, token) =>
      message(
        to,
        "Confirm your e-mail address",
        "please confirm that this address is yours by opening this link within 3 days:",
        link("/verify", token),
        "If you did not create an account here, ignore this e-mail.",
      ),
    reset: (to, token) =>
      message(
        to,
        "Choose a new password",
        "open this link within an hour to choose a new password. It works once.",
        link("/reset", token),
        "If you did not request this, ignore this e-mail: your password stays the same.",
      ),
    confirmChange: (to, token) =>
      message(
        to,
        "Confirm your new e-mail address",
        "open this link within a day, and this becomes the address of your account:",
        link("/verify", token),
        "If you did not request this, ignore this e-mail.",
      ),
    addressInUse: (to) =>
      message(
        to,
        "This e-mail address already has an account",
        "somebody, perhaps you, asked to use this address for another account. An address belongs to one account only, so nothing was changed.",
      ),
  };
}

/** The frame of all e-mails. */
export const messageOf =
  (publicUrl: string) =>
  ({ email, login }: Addressee, subject: string, ...lines: string[]): EmailMessage => ({
    to: email,
    subject,
    text: [`Hello ${login},`, ...lines, publicUrl].join("\n\n"),
  });
