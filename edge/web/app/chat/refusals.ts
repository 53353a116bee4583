// Refusals of chat lines: the text for the author, and what the page does with the line.

import { BODY_LENGTH_MAX } from "#schema/wire/chat-limits.ts";

/** `repeat`: the line is sent again with the same nonce. `return`: its text goes back into the composer. */
type Reaction = "repeat" | "return";

/** `unavailable` means that the outcome is unknown, `busy` that the line was not taken; with the same nonce a line is stored once. */
export const reactionTo = (code: string): Reaction => (code === "unavailable" || code === "busy" ? "repeat" : "return");

const texts: Record<string, string> = {
  slow_mode: "Slow mode is on.",
  rate_limited: "You are sending messages too quickly.",
  banned: "You are banned from this chat.",
  timed_out: "You are timed out in this chat.",
  followers_only: "Only followers can chat here right now.",
  subscribers_only: "Only subscribers can chat here right now.",
  emote_only: "Only emotes are allowed here right now.",
  links_off: "Links are not allowed in this chat.",
  email_unverified: "Confirm your e-mail address to chat here.",
  account_too_new: "Your account is too new to chat here.",
  duplicate: "You just sent the same message.",
  held: "Your message is waiting for a moderator.",
  blocked_term: "Your message contains a word that is blocked in this chat.",
  too_long: `Your message is too long. The limit is ${BODY_LENGTH_MAX} characters.`,
  invalid_body: "Your message is empty or contains characters that cannot be sent.",
  nonce_reused: "Your message could not be sent. Please send it again.",
  not_signed_in: "Sign in to chat.",
  busy: "The chat is very busy. Trying again…",
  unavailable: "The chat is unavailable for a moment. Trying again…",
  internal: "Something went wrong on our side. Please send your message again.",
};

export const refusalText = (code: string) => texts[code] ?? "Your message was not sent.";

/** `8 s`, `3 min`, `2 h`; rounded up, at least `1 s`. */
export function waitText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.ceil(seconds / 3600)} h`;
}
