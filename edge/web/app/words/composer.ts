// What the composer of the chat says, and the row above it.

import type { RefusedCode } from "#schema/api/chat-refusals.ts";
import { BODY_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { DENIED } from "../chat/refusals.ts";
import { waitText } from "../chat/wait-text.ts";

export const words = {
  message: "Your message",
  send: "Send",
  sendIn: (wait: string) => `Send in ${wait}`,
  write: "Send a message",
  onlyRead: "You can only read right now",
  connecting: "Connecting to chat…",
  signInToWrite: "Sign in to send a message",
  signIn: "Sign in",
  signUp: "Sign up",
  replyingTo: (name: string, body: string) => `Replying to ${name}: ${body}`,
  noReply: "Do not reply",
  charactersLeft: (count: number) => (count === 1 ? "1 character left" : `${count} characters left`),
  slowMode: (waitMs: number) => `Slow mode: one message each ${waitText(waitMs)}.`,
  autoSlowMode: (waitMs: number) => `So much is written that slow mode is on: one message each ${waitText(waitMs)}.`,

  reconnecting: "Reconnecting to chat. Your text is kept.",
  wrongAddress: "Chat cannot be opened at this address.",
  closed: "The chat was closed.",
  closedByMistake: "The chat was closed. Reload this page.",

  followersOnly: (sinceMs: number) =>
    sinceMs > 0 ? `Only followers of ${waitText(sinceMs)} and more can write.` : "Only followers can write.",
  subscribersOnly: "Only subscribers can write here right now.",
  emoteOnly: "Only emotes can be sent right now.",
  linksOff: "Links are not allowed in this chat.",
  unique: "Nobody can repeat a message right now.",
  verifiedOnly: "Only people with a confirmed e-mail address can write.",
  accountAge: (ageMs: number) => `Only accounts of ${waitText(ageMs)} and more can write.`,
  until: (clock: string) => `Until ${clock}.`,
  slowShort: (waitMs: number) => `Slow mode ${waitText(waitMs)}`,
  subscribersShort: "Subscribers only",
  followersShort: (sinceMs: number) => (sinceMs > 0 ? `Followers only, ${waitText(sinceMs)}` : "Followers only"),
  emoteShort: "Emotes only",
  linksShort: "No links",
  uniqueShort: "No repeats",
  verifiedShort: "Confirmed e-mail",
  accountShort: "No new accounts",
  follow: "Follow",
  confirmEmail: "Confirm it",
  readWarning: "Read it",
  askUnban: "Ask to be unbanned",
} as const;

const DENIED_TEXT = "Your message was not sent: the moderators said no.";
const NOT_SENT = "Your message was not sent. Try again.";

/** What a refusal says to the author. `waitMs`: until they may write again; 0: at once, or not known. */
const refusals: Record<RefusedCode, string | ((waitMs: number) => string)> = {
  slow_mode: (waitMs) => `Slow mode: you can write again in ${waitText(waitMs)}.`,
  rate_limited: (waitMs) =>
    waitMs > 0 ? `Too many messages. Wait ${waitText(waitMs)}.` : "Too many messages. Wait a moment.",
  banned: "You are banned from this chat.",
  timed_out: (waitMs) =>
    waitMs > 0 ? `You are timed out for ${waitText(waitMs)}. You can read.` : "You are timed out. You can read.",
  warned: "A moderator has warned you. Acknowledge the warning to write again.",
  followers_only: (waitMs) =>
    waitMs > 0
      ? `You have not followed for long enough. You can write in ${waitText(waitMs)}.`
      : "Only followers can write here right now.",
  subscribers_only: words.subscribersOnly,
  emote_only: words.emoteOnly,
  links_off: words.linksOff,
  email_unverified: "Your e-mail address is not confirmed.",
  account_too_new: (waitMs) =>
    waitMs > 0
      ? `Your account is too new. You can write in ${waitText(waitMs)}.`
      : "Your account is too new to write here.",
  duplicate: "Somebody has just sent the same message.",
  held: "A moderator looks at your message first.",
  blocked_term: "Your message has a word that is not allowed in this chat.",
  too_long: `Your message is too long. The limit is ${BODY_LENGTH_MAX} characters.`,
  invalid_body: "Your message is empty, or has characters that cannot be sent.",
  nonce_reused: "Your message was not sent. Send it again.",
  not_signed_in: "You are signed out. Sign in and go on; your text is kept.",
  busy: NOT_SENT,
  unavailable: NOT_SENT,
  internal: "Something broke on our side. Send your message again.",
};

export function refusalText(code: string, waitMs: number): string {
  if (code === DENIED) return DENIED_TEXT;
  const text = refusals[code as RefusedCode] ?? NOT_SENT;
  return typeof text === "string" ? text : text(waitMs);
}
