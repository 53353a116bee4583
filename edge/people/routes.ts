// What people do to each other and to channels, and what staff does about it: the routes of this folder and of their part of admin.

import { Elysia } from "elysia";
import { auditRoutes } from "../admin/audit.ts";
import { adminReportRoutes } from "../admin/reports.ts";
import { suspensionRoutes } from "../admin/suspensions.ts";
import { adminUserRoutes } from "../admin/users.ts";
import { createAudit } from "../auth/audit.ts";
import type { Revocations } from "../auth/revocations.ts";
import type { Counts } from "../gateway/counts.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { EdgeWorld } from "../world.ts";
import { blockRoutes } from "./blocks.ts";
import { channelRoleRoutes } from "./channel-roles.ts";
import { followRoutes } from "./follows.ts";
import { reportRoutes } from "./reports.ts";

export interface PeopleParts {
  counts: Counts;
  gateway: Gateway;
  revocations: Pick<Revocations, "revoke">;
  /** Called when somebody's roles in a channel have changed. */
  rolesChanged?: ((channelId: string, userId: string) => void) | undefined;
}

export function peopleRoutes(world: EdgeWorld, { counts, gateway, revocations, rolesChanged }: PeopleParts) {
  const audit = createAudit(world);
  const changed = rolesChanged ?? (() => {});
  return new Elysia({ normalize: false })
    .use(followRoutes(world, { counts }))
    .use(blockRoutes(world, { audit, gateway, changed }))
    .use(channelRoleRoutes(world, { audit, gateway, changed }))
    .use(reportRoutes(world, { audit, gateway }))
    .use(auditRoutes(world))
    .use(adminUserRoutes(world, { gateway, revocations }))
    .use(adminReportRoutes(world, { gateway }))
    .use(suspensionRoutes(world, { gateway, revocations }));
}
