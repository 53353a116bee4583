// The routes of identity: sign-in, devices, account, e-mail links, tokens, two-factor, providers.

import type { Counts } from "../gateway/limits/counts.ts";
import type { Limiter } from "../gateway/limits/limiter.ts";
import type { Served } from "../gateway/serve.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { deletionRoutes } from "./account/delete.ts";
import { createEraser } from "./account/erase.ts";
import { exportRoutes } from "./account/export-route.ts";
import { profileRoutes } from "./account/profile.ts";
import { createReauthentication } from "./account/reauthentication.ts";
import { accountRoutes } from "./account/routes.ts";
import type { Devices } from "./devices/devices.ts";
import { deviceRoutes } from "./devices/routes.ts";
import { emailLinkRoutes } from "./email/routes.ts";
import type { EmailSender } from "./email/sender.ts";
import type { Auth } from "./identity.ts";
import { passwordRoutes } from "./password/routes.ts";
import { createFlows } from "./providers/flow.ts";
import { linkedAccountRoutes } from "./providers/identities.ts";
import { createProviders } from "./providers/providers.ts";
import { providerRoutes } from "./providers/routes.ts";
import { createSingleUse } from "./providers/single-use.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { twoFactorRoutes } from "./two-factor/routes.ts";

interface IdentityParts {
  limiter: Limiter;
  counts: Counts;
  auth: Auth;
  devices: Devices;
  emails: EmailSender;
  /** Called when a user's display name has changed. */
  nameChanged(userId: string): void;
}

export function identityRoutes(world: EdgeWorld, given: IdentityParts): Served[] {
  const { limiter, counts, auth, devices, emails, nameChanged } = given;
  const { config, database } = world;
  const { sql } = database;
  const triesPerMinute = config.limits.signInsPerMinutePerAccount;
  const parts = {
    limiter,
    auth,
    devices,
    emails,
    nameChanged,
    audit: createAudit(world),
    reauthentication: createReauthentication({ sql, limiter, passwords: auth.passwords, triesPerMinute }),
    eraser: createEraser({ ...world, sql }),
    providers: createProviders(world),
    flows: createFlows({ ...world, keys: auth.keys, secure: config.secureCookies }),
    singleUse: createSingleUse({ counts }),
  };
  return [
    ...passwordRoutes(world, parts),
    ...deviceRoutes(world, parts),
    ...emailLinkRoutes(world, parts),
    ...profileRoutes(world, parts),
    ...accountRoutes(world, parts),
    ...deletionRoutes(world, parts),
    ...exportRoutes(world, parts),
    ...tokenRoutes(world, parts),
    ...twoFactorRoutes(world, parts),
    ...providerRoutes(world, parts),
    ...linkedAccountRoutes(world, parts),
  ];
}
