// Roles of a channel, granted by its owner: `/api/v1/channels/:channel/{moderators,editors,vips,subscribers}[/:login]`.

import { type Static, t } from "elysia";
import { emptyBody, page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, moment, pageOf } from "./shapes.ts";
import { person } from "./user.ts";

/** Badges of chat lines have the same names. */
export type ChannelRole = "editor" | "moderator" | "vip" | "subscriber";

/** Published on the bus at each change. */
export interface RolesChanged {
  /** `*`: all channels, since the user's display name has changed. */
  channelId: string;
  userId: string;
}

/** A user with the role. */
export const roleHolderAnswer = answer("RoleHolder", { ...person, since: moment });
export type RoleHolderView = Static<typeof roleHolderAnswer>;

/** `name`: the role's plural, for paths. */
const roleRoutes = <Name extends string>(name: Name, role: ChannelRole) => ({
  name,
  role,
  list: route(`GET /api/v1/channels/:channel/${name}`, {
    access: "owner",
    scope: "channel:read",
    limit: "read",
    query: t.Object({ ...page }),
    answers: { 200: pageOf(roleHolderAnswer) },
    summary: `List the channel's ${name}`,
  }),
  grant: route(`PUT /api/v1/channels/:channel/${name}/:login`, {
    access: "owner",
    scope: "channel:write",
    limit: "write",
    body: emptyBody,
    answers: { 204: null },
    codes: ["blocked", "too_many"],
    summary: `Add somebody to the channel's ${name}`,
  }),
  take: route(`DELETE /api/v1/channels/:channel/${name}/:login`, {
    access: "owner",
    scope: "channel:write",
    limit: "write",
    answers: { 204: null },
    summary: `Remove somebody from the channel's ${name}`,
  }),
});

/** The same three routes for each role. */
export const channelRoleRoutes = [
  roleRoutes("editors", "editor"),
  roleRoutes("moderators", "moderator"),
  roleRoutes("vips", "vip"),
  roleRoutes("subscribers", "subscriber"),
] as const;
