// When a chat socket comes back, and after how long (contract §4: 4000–4499 and all foreign codes come back, 4500–4999 do not).

import { close } from "#schema/wire/socket.ts";

export type Return =
  | { come: "never"; reason: "bad_token" | "malformed" | "refused" }
  /** `renewToken`: the access token is refreshed first. */
  | { come: "back"; delayMs: number; renewToken: boolean };

const FIRST_MS = 500;
const LONGEST_MS = 20_000;
/** Of an address with too many sockets: another must close first. */
const CROWDED_MS = 15_000;

/**
 * `failures`: connections in a row that brought no welcome, from 0. `byeMs`: what the last `bye` asked to wait.
 * `chance` is 0–1 and spreads a room's thousands, so that an edge that died is not missed by all in one instant.
 */
export function returnAfter({
  code,
  failures,
  byeMs = null,
  chance,
}: {
  code: number;
  failures: number;
  byeMs?: number | null;
  chance: number;
}): Return {
  if (code >= 4500 && code <= 4999) {
    const reason = code === close.badToken ? "bad_token" : code === close.tooManyMalformed ? "malformed" : "refused";
    return { come: "never", reason };
  }
  const backoffMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  const spreadMs = Math.round(backoffMs * (0.2 + 0.8 * chance));
  const renewToken = code === close.tokenExpired;
  if (byeMs !== null) return { come: "back", delayMs: Math.round(byeMs * (1 + 0.5 * chance)), renewToken };
  if (code === close.tooManySockets) return { come: "back", delayMs: CROWDED_MS + spreadMs, renewToken };
  return { come: "back", delayMs: renewToken && failures === 0 ? 0 : spreadMs, renewToken };
}
