// What staff does about people: the routes of this folder, below `/api/v1/admin`. Those about nodes and actors are in edge/operator.

import type { Served } from "../gateway/serve.ts";
import type { Revocations } from "../identity/tokens/revocations.ts";
import type { EdgeWorld } from "../world.ts";
import { auditRoutes } from "./audit.ts";
import { reportQueueRoutes } from "./reports.ts";
import { suspensionRoutes } from "./suspensions.ts";
import { adminUserRoutes } from "./users.ts";

interface StaffParts {
  revocations: Pick<Revocations, "revoke">;
}

export const staffRoutes = (world: EdgeWorld, { revocations }: StaffParts): Served[] => [
  ...auditRoutes(world),
  ...adminUserRoutes(world, { revocations }),
  ...reportQueueRoutes(world),
  ...suspensionRoutes(world, { revocations }),
];
