// Why a line of chat is refused, by the room or by the edge (contract §4).

/** By code: what it means to the person who said the line. */
export const REFUSALS = {
  slow_mode: "Slow mode is on, and your last line was too recent",
  banned: "You are banned from this room",
  timed_out: "You may not write for a while",
  warned: "A moderator has warned you: acknowledge the warning first",
  followers_only: "Only followers may write",
  subscribers_only: "Only subscribers may write",
  emote_only: "Only emotes may be sent",
  links_off: "Links are off",
  email_unverified: "Your e-mail address is not confirmed",
  account_too_new: "Your account is too new",
  duplicate: "The line repeats an earlier one",
  held: "The line waits for a moderator",
  blocked_term: "The line has a term that is blocked here",
  too_long: "The line is too long",
  invalid_body: "The line is empty, or has characters that cannot be sent",
  nonce_reused: "Another line of yours had this nonce",
  rate_limited: "You have sent too many lines",
  not_signed_in: "The hello had no token, or the token lacks the scope `chat:write`",
  busy: "Too many of your lines wait for an answer",
  unavailable: "Whether the line was stored is not known: send it again with the same nonce",
  internal: "A fault of the server",
} as const;

export type RefusedCode = keyof typeof REFUSALS;
