// A signed-in user as the author of lines: color and badges.

import type { ChannelRole } from "#schema/api/channel-roles.ts";
import type { Author } from "#schema/api/chat.ts";
import type { Standing } from "#schema/queries/people/channel-roles.ts";
import { ownColor } from "#schema/wire/name-colors.ts";
import type { Speaker } from "./speakers.ts";

/** The most important first. Founders are subscribers too: the room's mode for subscribers asks for that badge. */
const BADGES = ["broadcaster", "admin", "staff", "editor", "moderator", "vip", "founder", "subscriber"];
/** Who loses a badge by it has one that is above the room's modes. */
const BADGES_MAX = 3;

const MODERATORS = ["broadcaster", "admin", "editor", "moderator"];

/** `roles` of the welcome. `granted`: roles in this channel. */
export function rolesOf(
  { userId, role }: Speaker,
  ownerUserId: string,
  granted: readonly ChannelRole[] = [],
): string[] {
  const roles: string[] = [];
  if (userId === ownerUserId) roles.push("broadcaster");
  if (role === "staff" || role === "admin") roles.push(role);
  return [...roles, ...granted];
}

/** May use the routes for a room's moderators. A bot needs the scope `moderation`. */
export const isModerator = (speaker: Speaker, roles: readonly string[]): boolean =>
  (speaker.scopes === null || speaker.scopes.has("moderation")) && roles.some((role) => MODERATORS.includes(role));

/** The display name of the token is up to 15 minutes old: it is only used where the present one is not known. */
export function authorOf(speaker: Speaker, ownerUserId: string, standing: Standing): Author {
  const { userId, login } = speaker;
  return {
    id: userId,
    login,
    displayName: standing.displayName ?? speaker.displayName,
    color: standing.color ?? ownColor(userId),
    badges: badgesOf(rolesOf(speaker, ownerUserId, standing.roles), standing.isFounder ?? false),
  };
}

function badgesOf(roles: readonly string[], isFounder: boolean): string[] {
  const has = (badge: string) => (badge === "founder" ? isFounder : roles.includes(badge));
  return BADGES.filter(has).slice(0, BADGES_MAX);
}
