// What somebody hears whose account is closed: why, and until when.

import { Refusal } from "#runtime/actor/actor.ts";
import type { SuspensionView } from "#schema/api/suspensions.ts";
import type { Sql } from "#schema/database.ts";
import { suspensionOfUser } from "#schema/queries/people/suspensions.ts";

/** 403 `suspended`; the same in words for people and, as `suspension`, for clients. */
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

/** For whoever knows only that they are. */
export async function suspendedRefusalOf(sql: Sql, userId: string): Promise<Refusal> {
  return suspendedRefusal((await suspensionOfUser(sql, userId)) ?? { reason: null, until: null });
}
