// The refusal of a suspended account, with reason and end of the suspension.

import { Refusal } from "#runtime/actor/actor.ts";
import type { SuspensionView } from "#schema/api/suspensions.ts";
import type { Sql } from "#schema/database.ts";
import { suspensionOfUser } from "#schema/queries/people/suspensions.ts";

/** 403 `suspended`: as text in `detail`, and as data in `suspension`. */
export class SuspendedRefusal extends Refusal {
  constructor(readonly suspension: SuspensionView) {
    const { reason, until } = suspension;
    super(
      "suspended",
      `this account is suspended${until ? ` until ${until}` : ""}: ${reason || "no reason was given"}`,
    );
  }
}

export const suspendedRefusal = ({ reason, until }: { reason: string | null; until: Date | null }) =>
  new SuspendedRefusal({ reason: reason ?? "", until: until?.toISOString() ?? null });

/** Looks up reason and end. */
export async function suspendedRefusalOf(sql: Sql, userId: string): Promise<Refusal> {
  return suspendedRefusal((await suspensionOfUser(sql, userId)) ?? { reason: null, until: null });
}
