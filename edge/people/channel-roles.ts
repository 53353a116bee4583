// Serves schema/api/channel-roles.ts: the roles that a channel's owner grants and takes.

import { Refusal } from "#runtime/actor/actor.ts";
import { type ChannelRole, channelRoleRoutes } from "#schema/api/channel-roles.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { userByLogin } from "#schema/queries/operator/users.ts";
import { grantChannelRole, holdersOfRole, takeChannelRole } from "#schema/queries/people/channel-roles.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { loginCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

/** Holders of each role per channel; over it 409 `too_many`. */
const HOLDERS_MAX: Record<ChannelRole, number> = { editor: 100, moderator: 1_000, vip: 1_000, subscriber: 100_000 };

interface ChannelRoleParts {
  audit: Audit;
  /** Called when a user's roles in a channel have changed. */
  rolesChanged(channelId: string, userId: string): void;
}

export function roleRoutes({ database }: EdgeWorld, { audit, rolesChanged }: ChannelRoleParts): Served[] {
  const { sql } = database;
  return channelRoleRoutes.flatMap(servedFor);

  function servedFor({ name, role, list, grant, take }: (typeof channelRoleRoutes)[number]): Served[] {
    return [
      serve(list, async ({ channel, query }) => {
        const limit = pageLimit(query);
        const afterLogin = loginCursor.read(query.cursor)?.login ?? null;
        const rows = await holdersOfRole(sql, { channelId: channel.id, role, afterLogin, limit: limit + 1 });
        const items = rows.slice(0, limit).map(({ since, ...one }) => ({ ...one, since: since.toISOString() }));
        return { items, nextCursor: rows.length > limit ? loginCursor.write(items.at(-1)!) : null };
      }),
      serve(grant, async ({ who, channel, params, address }) => {
        const { id: userId } = await found(params.login);
        if (userId === channel.ownerUserId)
          throw new FieldRefusal([{ path: "login", message: "the channel owner already has every permission" }]);
        const most = HOLDERS_MAX[role];
        const outcome = await grantChannelRole(sql, { channelId: channel.id, userId, role, most });
        if (outcome === "blocked") throw new Refusal("blocked", "you have blocked this person");
        if (outcome === "full") throw new Refusal("too_many", `a channel has at most ${most} ${name}`);
        if (outcome !== "granted") return;
        rolesChanged(channel.id, userId);
        const detail = { role, channel: channel.id };
        await audit({ actorId: who.userId, act: "channel-role.granted", target: userId, address, detail });
      }),
      serve(take, async ({ who, channel, params, address }) => {
        const { id: userId } = await found(params.login);
        if (!(await takeChannelRole(sql, { channelId: channel.id, userId, role }))) return;
        rolesChanged(channel.id, userId);
        const detail = { role, channel: channel.id };
        await audit({ actorId: who.userId, act: "channel-role.taken", target: userId, address, detail });
      }),
    ];
  }

  async function found(login: string) {
    const user = await userByLogin(sql, login);
    if (!user) throw new Refusal("not_found");
    return user;
  }
}
