// What a person whose account is suspended is told.

import type { Suspension } from "../api.ts";

/** In the reader's language and time zone; null: the server gave no reason and no end. */
export function suspensionText(suspension: Suspension | null): string {
  const { until, reason } = suspension ?? { until: null, reason: "" };
  const end = until
    ? ` until ${new Date(until).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" })}`
    : "";
  return `This account is suspended${end}.${reason ? ` Reason: ${reason}` : ""}`;
}
