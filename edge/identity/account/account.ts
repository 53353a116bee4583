// Everything about one's own account that is more than signing in, composed: letters, changes, leaving, export, accounts elsewhere.

import { Elysia } from "elysia";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Counts } from "../../gateway/limits/counts.ts";
import type { Limiter } from "../../gateway/limits/limiter.ts";
import { createAudit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { SignIns } from "../devices/sign-in.ts";
import { lettersRoutes } from "../email/routes.ts";
import { createPost, type Post } from "../email/sender.ts";
import { createMail, type Mail } from "../email/smtp.ts";
import type { Auth } from "../identity.ts";
import { createFlows } from "../providers/flow.ts";
import { identityRoutes } from "../providers/identities.ts";
import { createProviders } from "../providers/providers.ts";
import { oauthRoutes } from "../providers/routes.ts";
import { createOnce } from "../providers/single-use.ts";
import { createConfirm } from "./confirm.ts";
import { deletionRoutes } from "./delete.ts";
import { createEraser } from "./erase.ts";
import { exportRoutes } from "./export.ts";
import { accountRoutes } from "./routes.ts";

export interface AccountAppParts {
  gateway: Gateway;
  limiter: Limiter;
  counts: Counts;
  auth: Auth;
  signIns: SignIns;
  post: Post;
}

/** `mail`: default by the settings, without anybody to stop it. */
export function createPostOffice(
  world: EdgeWorld,
  { gateway, limiter, mail }: { gateway: Gateway; limiter: Limiter; mail?: Mail | undefined },
): Post {
  const { sql } = world.database;
  const { publicUrl } = world.config;
  const parts = { gateway, limiter, mail: mail ?? createMail(world), audit: createAudit(world) };
  return createPost({ ...world, ...parts, sql, publicUrl });
}

export function accountApp(world: EdgeWorld, { gateway, limiter, counts, auth, signIns, post }: AccountAppParts) {
  const { sql } = world.database;
  const audit = createAudit(world);
  const triesPerMinute = world.config.limits.signInsPerMinutePerAccount;
  const confirm = createConfirm({ sql, limiter, passwords: auth.passwords, triesPerMinute });
  const eraser = createEraser({ ...world, sql });
  const flows = createFlows({ ...world, keys: auth.keys, secure: world.config.secureCookies });
  const oauth = { providers: createProviders(world), flows, once: createOnce({ counts }) };
  const parts = { gateway, limiter, auth, signIns, post, audit, confirm, eraser, ...oauth };
  return new Elysia({ normalize: false })
    .use(lettersRoutes(world, parts))
    .use(accountRoutes(world, parts))
    .use(deletionRoutes(world, parts))
    .use(exportRoutes(world, parts))
    .use(oauthRoutes(world, parts))
    .use(identityRoutes(world, parts));
}
