// The rights to watch that were got by a password, kept for the life of the tab: a reload does not ask for the password again.
// The password itself is not kept: the address with its token ends by itself, and when the password is changed.

import type { PlaybackView } from "#schema/api/playback.ts";
import { wallMs } from "../clock.ts";
import { keep, kept } from "../storage.ts";

/** Name of the item in the tab's storage. */
const KEY = "playback";
/** Channels; over it the oldest is forgotten, and its page asks again. */
const CHANNELS_MAX = 20;

export type Kept = Pick<PlaybackView, "hlsUrl" | "expiresAt">;
type Entry = Kept & { login: string };

/** Null: none, or it has ended. */
export function keptRight(login: string): Kept | null {
  const found = entries().find((entry) => entry.login === login);
  return found && Date.parse(found.expiresAt) > wallMs() ? { hlsUrl: found.hlsUrl, expiresAt: found.expiresAt } : null;
}

/** `right` null: forgets it. Without storage the next visit asks again. */
export function keepRight(login: string, right: Kept | null) {
  const others = entries().filter((entry) => entry.login !== login);
  const all = right ? [...others, { login, hlsUrl: right.hlsUrl, expiresAt: right.expiresAt }] : others;
  keep(KEY, all.slice(-CHANNELS_MAX), "sessionStorage");
}

function entries(): Entry[] {
  const read = kept(KEY, "sessionStorage");
  return Array.isArray(read) ? read.filter(isEntry) : [];
}

const isEntry = (value: Partial<Entry> | null): value is Entry =>
  typeof value?.login === "string" &&
  typeof value.expiresAt === "string" &&
  typeof value.hlsUrl === "string" &&
  value.hlsUrl.startsWith("/live/");
