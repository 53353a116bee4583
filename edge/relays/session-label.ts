// What an edge lets a relay say again of each session, so that every edge can count it, limit it, and look at its rights: the edge that opened
// it may be gone.

import { RELAY_LABEL_LENGTH_MAX } from "#schema/wire/relay.ts";
import type { PlaybackToken } from "../playback/token.ts";

export interface SessionLabel {
  /** Key of the client's address, as it is limited. */
  address: string;
  /** A viewer's playback session; null: a publisher. */
  session: string | null;
  /** The right to watch that was shown; null: none was needed. */
  right: Pick<PlaybackToken, "grant" | "version" | "expiresAtMs"> | null;
}

export const writeLabel = (label: SessionLabel): string => JSON.stringify(label);

/** Null: none, or one that cannot be read. */
export function readLabel(text: unknown): SessionLabel | null {
  if (typeof text !== "string" || text.length > RELAY_LABEL_LENGTH_MAX) return null;
  try {
    const { address, session, right } = JSON.parse(text) as Partial<SessionLabel>;
    if (typeof address !== "string") return null;
    return { address, session: typeof session === "string" ? session : null, right: right ?? null };
  } catch {
    return null;
  }
}
