// Whether and when a chat socket reconnects after a close (contract §4). Codes 4500–4999 are final, except 4501: then a renewed
// token is tried once, and after that the room is joined as a guest. All other codes reconnect.

import { close } from "#schema/wire/socket.ts";
import { backoffMs } from "../../../client/backoff.ts";

export type Reconnection =
  | { reconnect: false; reason: "malformed" | "refused" }
  /** `renewToken`: renew the access token first. `asGuest`: join without a token. */
  | { reconnect: true; delayMs: number; renewToken: boolean; asGuest: boolean };

const PAUSES = { firstMs: 500, longestMs: 20_000 };
/** Extra pause after 4029, too many sockets: another one must close first. */
const CROWDED_MS = 15_000;

/**
 * `failures`: connections in a row without a welcome, from 0. `byeMs`: the pause that `bye` requested. `renewed`: the token
 * was renewed after 4501 and no connection has been stable since. `chance`: 0–1, spreads the pauses so that the thousands of
 * viewers of a lost edge do not reconnect at the same moment.
 */
export function reconnectionAfter({
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
}): Reconnection {
  if (code >= 4500 && code <= 4999 && code !== close.badToken)
    return { reconnect: false, reason: code === close.tooManyMalformed ? "malformed" : "refused" };
  const pauseMs = Math.round(backoffMs(PAUSES, failures, chance));
  const revoked = code === close.badToken;
  const asGuest = revoked && renewed;
  const renewToken = code === close.tokenExpired || (revoked && !renewed);
  const after = (delayMs: number): Reconnection => ({ reconnect: true, delayMs, renewToken, asGuest });
  if (byeMs !== null) return after(Math.round(byeMs * (1 + 0.5 * chance)));
  if (code === close.tooManySockets) return after(CROWDED_MS + pauseMs);
  return after(renewToken && failures === 0 ? 0 : pauseMs);
}
