// What one's security page shows and changes: devices, second step, personal access tokens.

import { Elysia } from "elysia";
import type { EdgeWorld } from "../world.ts";
import { createConfirm } from "./account-confirm.ts";
import { createAudit } from "./audit.ts";
import type { AuthParts } from "./routes.ts";
import { deviceRoutes } from "./routes-devices.ts";
import { tokenRoutes } from "./routes-tokens.ts";
import { totpRoutes } from "./routes-totp.ts";

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
