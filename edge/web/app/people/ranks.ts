// Who moderates a room, and whom. A file of its own: every page with a chat needs it, few need what moderators do.

import type { Room } from "../chat/room.ts";

const MODERATES = ["broadcaster", "editor", "moderator", "admin"];
const ranks: readonly (readonly string[])[] = [["moderator"], ["editor"], ["broadcaster"], ["admin", "staff"]];
const rankOf = (roles: readonly string[]) => ranks.findLastIndex((rank) => rank.some((role) => roles.includes(role)));

/** The person moderates this room. */
export const moderates = (room: Room) => room.you.value?.roles.some((role) => MODERATES.includes(role)) ?? false;

/** With these roles one sends the channel's viewers to another one. */
export const raids = (roles: readonly string[]) =>
  roles.some((role) => role !== "moderator" && MODERATES.includes(role));

/** The person may moderate the author of a line, as far as the page knows. The server decides. */
export function mayModerate(room: Room, author: { id: string; badges: readonly string[] }): boolean {
  const you = room.you.value;
  return you !== null && moderates(room) && author.id !== you.id && rankOf(you.roles) > rankOf(author.badges);
}
