// What a refused line means, in words for the one who wrote it, and what the page does about it.

/** `repeat`: sent again by itself with the same nonce. `return`: the text goes back into the composer. */
type Treatment = "repeat" | "return";

/** `unavailable` means unknown and `busy` means later: the same nonce asks again and can never say a line twice. */
export const treatment = (code: string): Treatment => (code === "unavailable" || code === "busy" ? "repeat" : "return");

const sentences: Record<string, string> = {
  slow_mode: "Slow mode is on.",
  rate_limited: "You are sending messages too quickly.",
  banned: "You are banned from this chat.",
  timed_out: "You are timed out in this chat.",
  followers_only: "Only followers may chat here right now.",
  subscribers_only: "Only subscribers may chat here right now.",
  emote_only: "Only emotes may be sent here right now.",
  links_off: "Links are not allowed in this chat.",
  email_unverified: "Verify your e-mail address to chat here.",
  account_too_new: "Your account is too new to chat here.",
  duplicate: "You have just said that.",
  held: "Your message waits for a moderator.",
  blocked_term: "Your message contains a word that is blocked here.",
  too_long: "Your message is too long: 500 characters at most.",
  invalid_body: "Your message is empty or has characters that cannot be sent.",
  nonce_reused: "That message could not be sent. Please send it again.",
  not_signed_in: "Sign in to chat.",
  busy: "The chat is very busy. Trying again…",
  unavailable: "The chat is catching its breath. Trying again…",
  internal: "Something broke on our side. Please send it again.",
};

export const refusalSentence = (code: string) => sentences[code] ?? "Your message was not sent.";

/** `8 s`, `3 min`, `2 h`, rounded up: never "0 s" while one still has to wait. */
export function waitText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.ceil(seconds / 3600)} h`;
}
