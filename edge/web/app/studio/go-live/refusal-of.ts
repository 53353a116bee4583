// Why the API gave no ticket, as an end of sending.

import { ApiError } from "../../api.ts";
import type { SendingEnd } from "./live-attempts.ts";

/** What a server without WHIP says of it to clients of WHIP. */
const NOT_IMPLEMENTED = 501;

export function ticketEnd(error: unknown): SendingEnd {
  if (!(error instanceof ApiError) || error.code === "network") return { why: "unreachable" };
  const { code, retryAfterMs } = error;
  const status = code === "whip_off" ? NOT_IMPLEMENTED : error.status;
  return { why: "refused", refusal: { status, code, retryAfterMs } };
}
