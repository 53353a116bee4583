// The server's clock, as far as its answers tell it: the visitor's own may be wrong by hours.

import { wallMs } from "./clock.ts";

/** `Date` has whole seconds, and an answer may take as long: less is no difference. */
const TOLERANCE_MS = 2_000;

let aheadMs = 0;

/** Wall time of the server in ms, to about two seconds. */
export const serverMs = (ownMs = wallMs()) => ownMs + aheadMs;

/** `date`: the header of an answer (RFC 9110 §6.6.1) that has just come; null or malformed: it tells nothing. */
export function heardDate(date: string | null, ownMs = wallMs()) {
  const dateMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(dateMs)) return;
  const nowAheadMs = dateMs + 500 - ownMs;
  // A right clock is never corrected, so that a slow answer moves nothing.
  if (Math.abs(nowAheadMs) <= TOLERANCE_MS) aheadMs = 0;
  else if (Math.abs(nowAheadMs - aheadMs) > TOLERANCE_MS) aheadMs = nowAheadMs;
}
