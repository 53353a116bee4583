// The routes of follows, blocks, channel roles and reports.

import type { Counts } from "../gateway/limits/counts.ts";
import type { Served } from "../gateway/serve.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { blockRoutes } from "./blocks.ts";
import { roleRoutes } from "./channel-roles.ts";
import { followRoutes } from "./follows.ts";
import { reportRoutes } from "./reports.ts";

interface PeopleParts {
  counts: Counts;
  /** Called when a user's roles in a channel have changed. */
  rolesChanged(channelId: string, userId: string): void;
}

export function peopleRoutes(world: EdgeWorld, { counts, rolesChanged }: PeopleParts): Served[] {
  const audit = createAudit(world);
  return [
    ...followRoutes(world, { counts, rolesChanged }),
    ...blockRoutes(world, { audit, rolesChanged }),
    ...roleRoutes(world, { audit, rolesChanged }),
    ...reportRoutes(world, { audit }),
  ];
}
