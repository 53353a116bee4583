// Rules of a room's modes. A new mode is a field of RoomSettings, a rule here, and its test.

import { isOnlyEmotes } from "#schema/wire/moderation/emoji.ts";
import { countedLinks } from "#schema/wire/moderation/links/counted-links.ts";
import type { LineRefusal, LineRule, ModeRule } from "./rule.ts";

/** Those whom the modes do not bind. A ban and a warning bind them too. */
const ABOVE_MODES = ["broadcaster", "editor", "moderator", "vip", "staff", "admin"];

const refusal = (code: LineRefusal["code"], detail: string, retryAfterMs?: number): LineRefusal => ({
  ...{ code, detail },
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

export const notBanned: LineRule = ({ user, atMs }, room) => {
  const ban = room.banOf(user.id, atMs);
  if (!ban) return null;
  if (ban.untilMs === null) return refusal("banned", "you are banned from this room");
  return refusal("timed_out", "you may not write for a while", ban.untilMs - atMs);
};

export const notWarned: LineRule = ({ user }, room) =>
  room.isWarned(user.id) ? refusal("warned", "you have a warning to acknowledge first") : null;

const subscribersOnly: ModeRule = ({ user }, settings) =>
  settings.subscribersOnly && !user.badges.includes("subscriber")
    ? refusal("subscribers_only", "only subscribers may write")
    : null;

/** With the time that is left for those who follow, but not for long enough. */
const followersOnly: ModeRule = ({ speaking, atMs }, settings) => {
  if (!settings.followersOnly) return null;
  const since = speaking?.followedAtMs ?? null;
  if (since === null) return refusal("followers_only", "only followers may write");
  const leftMs = since + settings.followersOnlyMs - atMs;
  return leftMs > 0 ? refusal("followers_only", "you have not followed for long enough", leftMs) : null;
};

const verifiedOnly: ModeRule = ({ speaking }, settings) =>
  settings.verifiedOnly && !speaking?.emailVerified
    ? refusal("email_unverified", "your e-mail address is not confirmed")
    : null;

const oldAccount: ModeRule = ({ speaking, atMs }, settings) => {
  if (settings.accountAgeMs === 0) return null;
  if (!speaking) return refusal("account_too_new", "your account is too new");
  const leftMs = speaking.accountAtMs + settings.accountAgeMs - atMs;
  return leftMs > 0 ? refusal("account_too_new", "your account is too new", leftMs) : null;
};

const emoteOnly: ModeRule = ({ body, tokens }, settings) =>
  settings.emoteOnly && !isOnlyEmotes(body, tokens.emotes) ? refusal("emote_only", "only emotes may be sent") : null;

const linksOff: ModeRule = ({ body }, settings, { allowedHosts }) =>
  settings.linksOff && countedLinks(body, { allowed: allowedHosts }).length > 0
    ? refusal("links_off", "links are off")
    : null;

const slow: ModeRule = ({ user, atMs }, settings, room) => {
  const slowMs = Math.max(settings.slowMs, settings.autoSlowMs);
  const lastMs = slowMs === 0 ? null : room.lastLineAtMs(user.id);
  if (lastMs === null || atMs - lastMs >= slowMs) return null;
  return refusal("slow_mode", "slow mode is on", lastMs + slowMs - atMs);
};

const unique: ModeRule = (line, { uniqueMs }, room) => {
  const saidMs = uniqueMs === 0 ? null : room.saidAtMs(line);
  return saidMs !== null && line.atMs - saidMs < uniqueMs
    ? refusal("duplicate", "somebody has just said the same")
    : null;
};

/** In the order in which they are checked. */
const MODES: readonly ModeRule[] = [
  subscribersOnly,
  followersOnly,
  verifiedOnly,
  oldAccount,
  emoteOnly,
  linksOff,
  slow,
  unique,
];

export const modes: LineRule = (line, room) => {
  if (line.user.badges.some((badge) => ABOVE_MODES.includes(badge))) return null;
  const settings = room.settingsAt(line.atMs);
  for (const mode of MODES) {
    const refused = mode(line, settings, room);
    if (refused) return refused;
  }
  return null;
};
