// The random name by which the server counts this browser's user once, in the player and in the chat, whatever the number of tabs.
// It names no person, goes to no other site, and is replaced after a day.

import { VIEWER_PATTERN } from "#schema/wire/viewers.ts";
import { wallMs } from "./clock.ts";
import { randomId } from "./random.ts";

const KEY = "viewer";
const KEPT_MS = 24 * 3_600_000;
const VIEWER = new RegExp(VIEWER_PATTERN);

interface Kept {
  name: string;
  sinceMs: number;
}

/** Where there is no storage, as in some private windows, each tab has a name of its own. */
let known: Kept | null = null;

export function viewerName(): string {
  known = keptIn() ?? known;
  if (!known || Math.abs(wallMs() - known.sinceMs) > KEPT_MS) {
    known = { name: randomId(), sinceMs: wallMs() };
    keep(known);
  }
  return known.name;
}

/** The address of a multivariant playlist with the viewer's name: the playlists below it then name the viewer's session. */
export const withViewer = (hlsUrl: string) => `${hlsUrl}?viewer=${viewerName()}`;

function keptIn(): Kept | null {
  try {
    const { name, sinceMs } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>;
    return typeof name === "string" && VIEWER.test(name) && typeof sinceMs === "number" ? { name, sinceMs } : null;
  } catch {
    return null; // Storage is disabled or holds another value.
  }
}

function keep(kept: Kept) {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    return; // As above.
  }
}
