// The routes of staff about people, below `/api/v1/admin`. Routes about nodes and actors: edge/operator.

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
