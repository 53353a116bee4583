// When a chat socket comes back, as whom, and after how long (contract §4: 4000–4499 and all foreign codes come back, 4500–4999 do not:
// with 4501 it is the token that is over, so a new one is tried once, and after that the room is read without).

import { close } from "#schema/wire/socket.ts";
import { backoffMs } from "../../../client/backoff.ts";

export type Return =
  | { come: "never"; reason: "malformed" | "refused" }
  /** `renewToken`: the access token is refreshed first. `asGuest`: without any. */
  | { come: "back"; delayMs: number; renewToken: boolean; asGuest: boolean };

const PAUSES = { firstMs: 500, longestMs: 20_000 };
/** Of an address with too many sockets: another must close first. */
const CROWDED_MS = 15_000;

/**
 * `failures`: connections in a row that brought no welcome, from 0. `byeMs`: what the last `bye` asked to wait. `renewed`: the
 * token was refreshed because of 4501, and nothing has gone well since.
 * `chance` is 0–1 and spreads a room's thousands, so that an edge that died is not missed by all in one instant.
 */
export function returnAfter({
  code,
  failures,
  byeMs = null,
  renewed = false,
  chance,
}: {
  code: number;
  failures: number;
  byeMs?: number | null;
  renewed?: boolean;
  chance: number;
}): Return {
  if (code >= 4500 && code <= 4999 && code !== close.badToken)
    return { come: "never", reason: code === close.tooManyMalformed ? "malformed" : "refused" };
  const pauseMs = Math.round(backoffMs(PAUSES, failures, chance));
  const revoked = code === close.badToken;
  const asGuest = revoked && renewed;
  const renewToken = code === close.tokenExpired || (revoked && !renewed);
  const back = (delayMs: number): Return => ({ come: "back", delayMs, renewToken, asGuest });
  if (byeMs !== null) return back(Math.round(byeMs * (1 + 0.5 * chance)));
  if (code === close.tooManySockets) return back(CROWDED_MS + pauseMs);
  return back(renewToken && failures === 0 ? 0 : pauseMs);
}
