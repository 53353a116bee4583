// What somebody hears whose account is closed: why, and until when.

import { Refusal } from "#runtime/actor.ts";
import type { Sql } from "#schema/database.ts";
import { suspensionOfUser } from "#schema/queries/suspensions.ts";

export function suspendedRefusal({ reason, until }: { reason: string | null; until: Date | null }): Refusal {
  const end = until ? ` until ${until.toISOString()}` : "";
  return new Refusal("suspended", `this account is suspended${end}: ${reason || "no reason was given"}`);
}

/** For whoever knows only that they are. */
export async function suspendedRefusalOf(sql: Sql, userId: string): Promise<Refusal> {
  return suspendedRefusal((await suspensionOfUser(sql, userId)) ?? { reason: null, until: null });
}
