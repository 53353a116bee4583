// Addresses that no edge answers, for a time: for admins. `npm run ops -- block` does the same.

import { type Static, t } from "elysia";
import { strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, moment, orNull, pageOf, text, wholeNumber } from "./shapes.ts";

export const BLOCK_MS_MAX = 365 * 86_400_000;
const BLOCK_LENGTH_MAX = 49;
const block = t.String({
  minLength: 2,
  maxLength: BLOCK_LENGTH_MAX,
  description: "an IP address, or a block such as 192.0.2.0/24 or 2001:db8::/48",
});

export const blockedAddressAnswer = answer("BlockedAddress", {
  block: text,
  reason: text,
  until: moment,
  /** Login of the admin; null: the operator's tool. */
  by: orNull(text),
});
export type BlockedAddressView = Static<typeof blockedAddressAnswer>;

export const listBlockedAddresses = route("GET /api/v1/admin/blocked-addresses", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  answers: { 200: pageOf(blockedAddressAnswer) },
  codes: ["unavailable"],
  summary: "List addresses that no edge answers",
});

export const blockAddress = route("POST /api/v1/admin/blocked-addresses", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  body: t.Object(
    {
      block,
      durationMs: wholeNumber({
        minimum: 1_000,
        maximum: BLOCK_MS_MAX,
        description: "milliseconds: from one second to a year",
      }),
      reason: t.String({ minLength: 1, maxLength: 200, pattern: "\\S", description: "1 to 200 characters" }),
    },
    strict,
  ),
  answers: { 201: blockedAddressAnswer },
  codes: ["too_many", "unavailable"],
  summary: "Let no edge answer an address or a block of addresses, within 5 seconds",
});

export const unblockAddress = route("DELETE /api/v1/admin/blocked-addresses", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({ block }),
  answers: { 204: null },
  codes: ["unavailable"],
  summary: "Let edges answer an address or a block of addresses again",
});
