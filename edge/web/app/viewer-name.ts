// The random name by which the server counts this browser's user once, in the player and in the chat, whatever the number of tabs.
// It names no person, goes to no other site, and is replaced after a day.

import { VIEWER_PATTERN } from "#schema/wire/viewers.ts";
import { randomId } from "../../client/random-id.ts";
import { wallMs } from "./clock.ts";
import { keep, kept } from "./storage.ts";

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
  known = keptName() ?? known;
  if (!known || Math.abs(wallMs() - known.sinceMs) > KEPT_MS) {
    known = { name: randomId(), sinceMs: wallMs() };
    keep(KEY, known);
  }
  return known.name;
}

/** The address of a multivariant playlist with the viewer's name: the playlists below it then name the viewer's session. */
export const withViewer = (hlsUrl: string) => `${hlsUrl}?viewer=${viewerName()}`;

function keptName(): Kept | null {
  const { name, sinceMs } = (kept(KEY) ?? {}) as Partial<Kept>;
  return typeof name === "string" && VIEWER.test(name) && typeof sinceMs === "number" ? { name, sinceMs } : null;
}
