// The edge's HTTP as one value, composed of all routes: `app.handle(request)` answers without a server.

import { Elysia } from "elysia";
import type { Route } from "#schema/api/route.ts";
import { aboutRoutes } from "./channels/about.ts";
import { channelRoutes } from "./channels/routes.ts";
import { searchRoutes } from "./channels/search.ts";
import { targetRoutes } from "./channels/targets.ts";
import { roomEventRoutes } from "./chat/events/routes.ts";
import { judgingRoutes } from "./chat/judging.ts";
import { moderationRoutes } from "./chat/moderation.ts";
import { roomPeopleRoutes } from "./chat/people/routes.ts";
import { chatRoutes } from "./chat/routes.ts";
import type { Floods } from "./gateway/floods/floods.ts";
import { createGateway } from "./gateway/gateway.ts";
import { framed } from "./gateway/headers/headers.ts";
import type { Counts } from "./gateway/limits/counts.ts";
import type { Limiter } from "./gateway/limits/limiter.ts";
import { documentation } from "./gateway/openapi/documentation.ts";
import { healthOf, type Readiness } from "./gateway/readiness.ts";
import { andThen, type MaybePromise } from "./gateway/requests/maybe-promise.ts";
import type { Served } from "./gateway/serve.ts";
import { createDevices } from "./identity/devices/devices.ts";
import { createEmailSender } from "./identity/email/sender.ts";
import type { Mailer } from "./identity/email/smtp.ts";
import type { Auth } from "./identity/identity.ts";
import { identityRoutes } from "./identity/routes.ts";
import type { Observation } from "./observation/observation.ts";
import { observationRoutes } from "./observation/routes.ts";
import { blockedRoutes } from "./operator/blocked.ts";
import { operatorRoutes } from "./operator/routes.ts";
import { peopleRoutes } from "./people/routes.ts";
import { EVERY_CHANNEL } from "./people/standing-lookup.ts";
import type { Pictures } from "./pictures/pictures.ts";
import { playbackRoutes } from "./playback/routes.ts";
import { staffRoutes } from "./staff/routes.ts";
import type { Videos } from "./videos/videos.ts";
import type { EdgeWorld } from "./world.ts";

export interface AppParts {
  counts: Counts;
  limiter: Limiter;
  floods: Floods;
  auth: Auth;
  mailer: Mailer;
  readiness: Readiness;
  videos: Pick<Videos, "routes">;
  pictures: Pick<Pictures, "routes">;
  observation: Observation;
  /** Called when a user's roles in a channel have changed; with EVERY_CHANNEL, the display name. */
  rolesChanged(channelId: string, userId: string): void;
  /** Pages and their files; null for any other path. */
  page(request: Request): MaybePromise<Response | null>;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
  /** Additional routes, for tests. */
  routes?: readonly Served[];
}

export interface App {
  /** All routes of the API. */
  routes: readonly Route[];
  /** Everything that is mounted, as `GET /path`: routes, health, documentation, and the rest. For the test of rules. */
  addresses: readonly string[];
  /** Never rejects; answers within 8 s. */
  handle(request: Request): MaybePromise<Response>;
}

export function createApp(world: EdgeWorld, parts: AppParts): App {
  const {
    counts,
    limiter,
    floods,
    auth,
    mailer,
    readiness,
    videos,
    pictures,
    observation,
    rolesChanged,
    page,
    addressOf,
    routes = [],
  } = parts;
  const emails = createEmailSender(world, { limiter, mailer });
  const devices = createDevices(world, { auth, emails });
  const { revocations } = auth;
  const nameChanged = (userId: string) => rolesChanged(EVERY_CHANNEL, userId);
  const served: Served[] = [
    ...identityRoutes(world, { limiter, counts, auth, devices, emails, nameChanged }),
    ...channelRoutes(world, { counts, emails, passwords: auth.passwords }),
    ...aboutRoutes(world),
    ...targetRoutes(world),
    ...searchRoutes(world, { counts }),
    ...playbackRoutes(world, { auth, limiter, floods }),
    ...videos.routes,
    ...pictures.routes,
    ...chatRoutes(world),
    ...moderationRoutes(world, { rolesChanged }),
    ...judgingRoutes(world),
    ...roomPeopleRoutes(world, { standingChanged: rolesChanged }),
    ...roomEventRoutes(world, { counts, limiter }),
    ...peopleRoutes(world, { counts, rolesChanged }),
    ...staffRoutes(world, { revocations }),
    ...operatorRoutes(world),
    ...blockedRoutes(world),
    ...observationRoutes(world, { counts, observation }),
    ...routes,
  ];
  const all = served.map(({ route }) => route);

  const gateway = createGateway(world, { limiter, tokens: auth.tokens, shedding: floods.shedding, addressOf });
  // standardHostname: by default Elysia expects the path after the 11th character and misreads short host names.
  const elysia = new Elysia({ normalize: false, handler: { standardHostname: false } });
  const { health, ready } = healthOf(readiness);
  gateway.mountOpen(elysia, "/healthz", health);
  gateway.mountOpen(elysia, "/readyz", ready);
  gateway.mount(elysia, served);
  gateway.mount(elysia, documentation(all, world.config));
  gateway.mountRest(elysia, (request) => {
    return andThen(page(request), (found) => found && framed(found, new URL(request.url).pathname));
  });
  const addresses = elysia.routes.map(({ method, path }) => `${method} ${path}`);
  return { routes: all, addresses, handle: elysia.fetch };
}
