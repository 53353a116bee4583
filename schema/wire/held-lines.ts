// A line that waits for a moderator, between the room, its store and the edges.

import type { HoldReason } from "../api/auto-mod.ts";
import type { Author } from "../api/chat.ts";
import type { HeldView } from "../api/held-lines.ts";

export interface HeldLine {
  /** Of the line, also once it is an entry. */
  id: string;
  user: Author;
  nonce: string;
  body: string;
  action: boolean;
  replyTo: string | null;
  atMs: number;
  expiresAtMs: number;
  reason: HoldReason;
}

/** As moderators see it. */
export const heldView = ({ id, user, body, action, replyTo, atMs, expiresAtMs, reason }: HeldLine): HeldView => ({
  ...{ id, at: new Date(atMs).toISOString(), expiresAt: new Date(expiresAtMs).toISOString(), user, body },
  ...(action ? { action } : {}),
  ...(replyTo ? { replyTo } : {}),
  reason,
});
