// The edge's HTTP as one value: `app.handle(request)` answers, no server needed. What a visitor can ask is composed here.

import { type AnyElysia, Elysia, NotFoundError } from "elysia";
import { channelRoutes } from "./channels/routes.ts";
import { chatRoutes } from "./chat/routes.ts";
import { createGateway, type Gateway } from "./gateway/gateway.ts";
import { framed } from "./gateway/headers/headers.ts";
import { type Counts, createCounts } from "./gateway/limits/counts.ts";
import { createLimiter, type Limiter } from "./gateway/limits/limiter.ts";
import { openApiRoutes } from "./gateway/openapi/routes.ts";
import { createReadiness, type Readiness, readinessRoutes } from "./gateway/readiness.ts";
import type { MaybePromise } from "./gateway/requests/maybe-promise.ts";
import type { ListedRoute } from "./gateway/requests/route-table.ts";
import { accountApp, createPostOffice } from "./identity/account/account.ts";
import { createSignIns, type SignIns } from "./identity/devices/sign-in.ts";
import type { Post } from "./identity/email/sender.ts";
import type { Mail } from "./identity/email/smtp.ts";
import { type Auth, createAuth } from "./identity/identity.ts";
import type { Passwords } from "./identity/password/passwords.ts";
import { authRoutes } from "./identity/routes.ts";
import { securityRoutes } from "./identity/security-routes.ts";
import { adminRoutes } from "./operator/routes.ts";
import { meRoutes } from "./people/me.ts";
import { peopleRoutes } from "./people/routes.ts";
import type { EdgeWorld } from "./world.ts";

/** What is not given is made. */
export interface AppParts {
  counts?: Counts;
  limiter?: Limiter;
  auth?: Auth;
  /** Of the `auth` that is made. */
  passwords?: Passwords;
  mail?: Mail;
  readiness?: Readiness;
  /** More routes under the same gateway, for tests. */
  routes?: AnyElysia[];
  /** Called when somebody's roles in a channel have changed. */
  rolesChanged?: (channelId: string, userId: string) => void;
  /** Pages and their files; null for what is not theirs. */
  web?: { fetch(request: Request): Response | null };
  /** Address of the connection's other end. */
  peerOf?: (request: Request) => string | null;
}

export interface App {
  /** All routes, with their schemas and rules. */
  routes: readonly ListedRoute[];
  /** Always answers, within 8 s. */
  handle(request: Request): MaybePromise<Response>;
}

export function createApp(world: EdgeWorld, parts: AppParts = {}): App {
  const { clock } = world;
  const counts = parts.counts ?? createCounts(world);
  const limiter = parts.limiter ?? createLimiter({ counts, clock });
  const auth = parts.auth ?? createAuth(world, parts);
  const { tokens } = auth;
  const gateway = createGateway(world, { limiter, tokens, peerOf: parts.peerOf });
  const post = createPostOffice(world, { gateway, limiter, mail: parts.mail });
  const signIns = createSignIns(world, { gateway, auth, post });

  // standardHostname: by default Elysia looks for the path behind the 11th character and misreads short host names.
  const elysia = new Elysia({ normalize: false, handler: { standardHostname: false } })
    .use(gateway.plugin)
    .use(readinessRoutes(parts.readiness ?? createReadiness(world)))
    .use(apiRoutes(world, { counts, limiter, auth, gateway, signIns, post, rolesChanged: parts.rolesChanged }))
    .use(openApiRoutes({ routes: () => app.routes, publicUrl: world.config.publicUrl }));
  for (const routes of parts.routes ?? []) elysia.use(routes);
  elysia.get("/*", ({ request }) => {
    const page = parts.web?.fetch(request);
    if (!page) throw new NotFoundError();
    return framed(page, new URL(request.url).pathname);
  });
  gateway.knows(routesOf(elysia));

  const route = elysia.fetch;
  const app: App = {
    routes: routesOf(elysia),
    handle: (request) => gateway.answer(request, route),
  };
  return app;
}

interface ApiParts {
  counts: Counts;
  limiter: Limiter;
  auth: Auth;
  gateway: Gateway;
  signIns: SignIns;
  post: Post;
  rolesChanged: AppParts["rolesChanged"];
}

/** All of `/api/v1`. */
function apiRoutes(world: EdgeWorld, { counts, limiter, auth, gateway, signIns, post, rolesChanged }: ApiParts) {
  const { revocations } = auth;
  return new Elysia({ normalize: false })
    .use(authRoutes(world, { gateway, limiter, auth, signIns, post }))
    .use(securityRoutes(world, { gateway, limiter, auth, signIns, post }))
    .use(accountApp(world, { gateway, limiter, counts, auth, signIns, post }))
    .use(meRoutes({ sql: world.database.sql }))
    .use(channelRoutes(world, { counts, gateway, post }))
    .use(chatRoutes(world))
    .use(adminRoutes(world, { gateway }))
    .use(peopleRoutes(world, { counts, gateway, revocations, rolesChanged }));
}

/** What clients are typed by: see edge/client/client.ts. */
export type EdgeApi = ReturnType<typeof apiRoutes>;

function routesOf(app: AnyElysia): ListedRoute[] {
  return app.routes.map(({ method, path, hooks }) => ({ method, path, hooks }));
}
