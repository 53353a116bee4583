// Who may moderate whom in a room: nobody people of their own rank or above.

import type { RankedPerson } from "#schema/queries/chat/moderation.ts";

type Ranked = Pick<RankedPerson, "role" | "isOwner" | "roles">;

const STAFF_RANK = 4;

/** Admins act with the channel owner's rank, as for all routes; as targets they are out of reach, like staff. */
function rankOf({ role, isOwner, roles }: Ranked, { acts }: { acts: boolean }): number {
  if (role === "admin") return acts ? STAFF_RANK : Number.POSITIVE_INFINITY;
  if (role === "staff" && !acts) return STAFF_RANK;
  if (isOwner) return 3;
  if (roles.includes("editor")) return 2;
  return roles.includes("moderator") ? 1 : 0;
}

export const mayModerate = (asker: Ranked, target: Ranked): boolean =>
  rankOf(asker, { acts: true }) > rankOf(target, { acts: false });
