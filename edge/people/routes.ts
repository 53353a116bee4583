// What people do to each other and to channels, and what staff does about it: the routes of this folder and of their part of admin.

import { Elysia } from "elysia";
import type { Gateway } from "../gateway/gateway.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import type { Revocations } from "../identity/tokens/revocations.ts";
import { auditRoutes } from "../staff/audit.ts";
import { createAudit } from "../staff/audit-log.ts";
import { adminReportRoutes } from "../staff/reports.ts";
import { suspensionRoutes } from "../staff/suspensions.ts";
import { adminUserRoutes } from "../staff/users.ts";
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
