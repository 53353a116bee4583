// What moderators, and the person who said it, are told about a line that is held.

import type { Moderator } from "#schema/api/chat.ts";
import { type HeldLine, heldView } from "#schema/wire/held-lines.ts";
import type { Told } from "#schema/wire/room.ts";

export const toldHeld = (line: HeldLine): Told => ({
  to: "moderators",
  frame: { type: "held", item: heldView(line) },
});

/** `by` null: nobody decided in time. */
export const toldDecided = (
  { id, user, nonce }: HeldLine,
  { allowed, by }: { allowed: boolean; by: Moderator | null },
): Told[] => [
  { to: "moderators", frame: { type: "held_decided", id, allowed, by } },
  { to: { userId: user.id }, frame: { type: "held_result", nonce, allowed } },
];
