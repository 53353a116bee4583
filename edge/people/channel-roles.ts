// /api/v1/channels/:channel/{moderators,editors,vips,subscribers}[/:login]: what others may do in a channel, named by its owner.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { type ChannelRole, type RoleHolderView, rolesByPath } from "#schema/api/channel-roles.ts";
import { emptyBody, pageQuery } from "#schema/api/channels.ts";
import { type Page, pageLimit } from "#schema/api/fields.ts";
import { userByLogin } from "#schema/queries/operator/users.ts";
import { grantChannelRole, holdersOfRole, takeChannelRole } from "#schema/queries/people/channel-roles.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { FieldRefusal } from "../gateway/problems/problem.ts";
import { loginCursor } from "../gateway/requests/page-cursor.ts";
import { rules } from "../gateway/rules/access.ts";
import type { Audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

/** How many of each a channel has at most; over it 409 `too_many`. */
const HOLDERS_MAX: Record<ChannelRole, number> = { editor: 100, moderator: 1_000, vip: 1_000, subscriber: 100_000 };

const read = { access: "owner", scope: "channel:read", limit: "read" } as const;
const write = { access: "owner", scope: "channel:write", limit: "write" } as const;

export interface ChannelRoleParts {
  audit: Audit;
  gateway: Gateway;
  /** Called when somebody's roles in a channel have changed. */
  changed(channelId: string, userId: string): void;
}

export function channelRoleRoutes({ database }: EdgeWorld, { audit, gateway, changed }: ChannelRoleParts) {
  const { sql } = database;
  const routes = new Elysia({ prefix: "/api/v1/channels/:channel", normalize: false }).use(rules);

  for (const [path, role] of Object.entries(rolesByPath)) {
    routes
      .get(
        `/${path}`,
        async ({ channel, query }): Promise<Page<RoleHolderView>> => {
          const limit = pageLimit(query);
          const afterLogin = loginCursor.read(query.cursor)?.login ?? null;
          const rows = await holdersOfRole(sql, { channelId: channel.id, role, afterLogin, limit: limit + 1 });
          const items = rows.slice(0, limit).map(({ since, ...one }) => ({ ...one, since: since.toISOString() }));
          return { items, nextCursor: rows.length > limit ? loginCursor.write(items.at(-1)!) : null };
        },
        { query: pageQuery, rule: read },
      )
      .put(
        `/${path}/:login`,
        async ({ who, channel, params, request, set }) => {
          const { id: userId } = await found(params.login);
          if (userId === channel.ownerUserId)
            throw new FieldRefusal([{ path: "login", message: "the owner may do everything already" }]);
          const most = HOLDERS_MAX[role];
          const outcome = await grantChannelRole(sql, { channelId: channel.id, userId, role, most });
          if (outcome === "blocked") throw new Refusal("blocked", "you have blocked this person");
          if (outcome === "full") throw new Refusal("too_many", `a channel has ${most} ${path} at most`);
          if (outcome === "granted") {
            changed(channel.id, userId);
            const { address } = gateway.asked(request);
            const detail = { role, channel: channel.id };
            await audit({ actorId: who.userId, act: "channel-role.granted", target: userId, address, detail });
          }
          set.status = 204;
        },
        { body: emptyBody, rule: write },
      )
      .delete(
        `/${path}/:login`,
        async ({ who, channel, params, request, set }) => {
          const { id: userId } = await found(params.login);
          if (await takeChannelRole(sql, { channelId: channel.id, userId, role })) {
            changed(channel.id, userId);
            const { address } = gateway.asked(request);
            const detail = { role, channel: channel.id };
            await audit({ actorId: who.userId, act: "channel-role.taken", target: userId, address, detail });
          }
          set.status = 204;
        },
        { body: emptyBody, rule: write },
      );
  }
  return routes;

  async function found(login: string) {
    const user = await userByLogin(sql, login);
    if (!user) throw new Refusal("not_found");
    return user;
  }
}
