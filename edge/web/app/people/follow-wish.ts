// The wish to follow a channel, kept in this tab while a person signs in or up.

import { wallMs } from "../clock.ts";

const KEY = "follow-wish";
/** An older wish is none: the person has gone on to something else. */
const KEPT_MS_MAX = 15 * 60_000;

export function keepFollowWish(login: string, nowMs = wallMs()) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ login, atMs: nowMs }));
  } catch {
    return; // Without storage the person presses Follow once more.
  }
}

/** Whether the channel is the one that was wished for. The wish is gone afterwards. */
export function takeFollowWish(login: string, nowMs = wallMs()): boolean {
  try {
    const wish = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as { login?: unknown; atMs?: unknown } | null;
    if (wish?.login !== login) return false;
    sessionStorage.removeItem(KEY);
    return typeof wish.atMs === "number" && nowMs - wish.atMs >= 0 && nowMs - wish.atMs <= KEPT_MS_MAX;
  } catch {
    return false; // Storage is disabled, or holds another value.
  }
}
