// What one's security page shows and changes: devices, second step, personal access tokens.

import { Elysia } from "elysia";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { createConfirm } from "./account/confirm.ts";
import { deviceRoutes } from "./devices/routes.ts";
import type { AuthParts } from "./routes.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { totpRoutes } from "./two-factor/routes.ts";

export function securityRoutes(world: EdgeWorld, { gateway, limiter, auth, signIns, post }: AuthParts) {
  const { clock, config, database, random } = world;
  const { sql } = database;
  const { passwords, revocations, secondSteps } = auth;
  const audit = createAudit(world);
  const triesPerMinute = config.limits.signInsPerMinutePerAccount;
  const confirm = createConfirm({ sql, limiter, passwords, triesPerMinute });
  return new Elysia({ normalize: false })
    .use(deviceRoutes({ sql, gateway, signIns, audit }))
    .use(totpRoutes({ sql, random, gateway, confirm, secondSteps, audit, post }))
    .use(tokenRoutes({ sql, clock, random, gateway, confirm, revocations, audit, post }));
}
