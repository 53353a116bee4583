// The wish to follow a channel, kept in this tab while a person signs in or up.

import { wallMs } from "../clock.ts";
import { keep, kept } from "../storage.ts";

const KEY = "follow-wish";
/** An older wish is none: the person has gone on to something else. */
const KEPT_MS_MAX = 15 * 60_000;

/** Without storage the person presses Follow once more. */
export const keepFollowWish = (login: string, nowMs = wallMs()) => keep(KEY, { login, atMs: nowMs }, "sessionStorage");

/** Whether the channel is the one that was wished for. The wish is gone afterwards. */
export function takeFollowWish(login: string, nowMs = wallMs()): boolean {
  const wish = kept(KEY, "sessionStorage") as { login?: unknown; atMs?: unknown } | null;
  if (wish?.login !== login) return false;
  keep(KEY, null, "sessionStorage");
  return typeof wish.atMs === "number" && nowMs - wish.atMs >= 0 && nowMs - wish.atMs <= KEPT_MS_MAX;
}
