// A signed-in user as the author of lines: color and badges.

import type { ChannelRole } from "#schema/api/channel-roles.ts";
import type { Author } from "#schema/api/chat.ts";
import type { Standing } from "#schema/queries/people/channel-roles.ts";
import type { Speaker } from "./speakers.ts";

/** Readable on light and dark backgrounds. */
const COLORS = [
  "#d1435b",
  "#c2570c",
  "#a16a07",
  "#5f8a10",
  "#15803d",
  "#0f8a7a",
  "#0e7fa8",
  "#2f6fdb",
  "#5b5bd6",
  "#7c4fe0",
  "#a33fd0",
  "#c2369b",
  "#b4533c",
  "#6b7f2a",
  "#3a7d6e",
];

/** Badges beside the name, and `roles` of the welcome. `granted`: roles in this channel. */
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

/** The display name of the token is up to 15 minutes old: it is only used where the present one is not known. */
export function authorOf(speaker: Speaker, ownerUserId: string, { displayName, roles }: Standing): Author {
  const { userId, login } = speaker;
  return {
    id: userId,
    login,
    displayName: displayName ?? speaker.displayName,
    color: colorOf(userId),
    badges: rolesOf(speaker, ownerUserId, roles),
  };
}

function colorOf(userId: string): string {
  let hash = 0;
  for (const char of userId) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return COLORS[Math.abs(hash) % COLORS.length]!;
}
