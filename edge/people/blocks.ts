// /api/v1/me/blocks: whom somebody does not want to hear from.
//
// A blocked person loses the follow and the roles they had in the blocker's channel and cannot follow it again; their lines are
// hidden where the blocker reads chat (by the client, from this list). They are not told, and may still watch and chat there:
// keeping somebody out of a room is a ban.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { emptyBody } from "#schema/api/channels.ts";
import { type Page, pageLimit } from "#schema/api/fields.ts";
import { type BlockView, blocksQuery } from "#schema/api/people.ts";
import { userByLogin } from "#schema/queries/operator/users.ts";
import { blocksOf, blockUser, unblockUser } from "#schema/queries/people/blocks.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { FieldRefusal } from "../gateway/problems/problem.ts";
import { loginCursor } from "../gateway/requests/page-cursor.ts";
import { rules } from "../gateway/rules/access.ts";
import type { Audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

/** People one account blocks at most; over it 409 `too_many`. */
const BLOCKS_MAX = 1_000;

const read = { access: "signed-in", scope: "profile:read", limit: "read" } as const;
const write = { access: "signed-in", scope: "profile:write", limit: "write" } as const;

export interface BlockParts {
  audit: Audit;
  gateway: Gateway;
  /** Called when somebody's roles in a channel have changed. */
  changed(channelId: string, userId: string): void;
}

export function blockRoutes({ database }: EdgeWorld, { audit, gateway, changed }: BlockParts) {
  const { sql } = database;

  return new Elysia({ prefix: "/api/v1/me/blocks", normalize: false })
    .use(rules)
    .get(
      "",
      async ({ who, query }): Promise<Page<BlockView>> => {
        const limit = pageLimit(query);
        const afterLogin = loginCursor.read(query.cursor)?.login ?? null;
        const rows = await blocksOf(sql, { userId: who.userId, afterLogin, limit: limit + 1 });
        const items = rows.slice(0, limit).map(({ since, ...person }) => ({ ...person, since: since.toISOString() }));
        return { items, nextCursor: rows.length > limit ? loginCursor.write(items.at(-1)!) : null };
      },
      { query: blocksQuery, rule: read },
    )
    .put(
      "/:login",
      async ({ who, params, request, set }) => {
        const { id } = await found(params.login);
        if (id === who.userId) throw new FieldRefusal([{ path: "login", message: "this is you" }]);
        const { outcome, strippedIn } = await blockUser(sql, {
          userId: who.userId,
          blockedUserId: id,
          most: BLOCKS_MAX,
        });
        if (strippedIn !== null) changed(strippedIn, id);
        if (outcome === "full") throw new Refusal("too_many", `an account blocks ${BLOCKS_MAX} people at most`);
        const { address } = gateway.asked(request);
        if (outcome === "blocked") await audit({ actorId: who.userId, act: "user.blocked", target: id, address });
        set.status = 204;
      },
      { body: emptyBody, rule: write },
    )
    .delete(
      "/:login",
      async ({ who, params, request, set }) => {
        const { id } = await found(params.login);
        const was = await unblockUser(sql, { userId: who.userId, blockedUserId: id });
        const { address } = gateway.asked(request);
        if (was) await audit({ actorId: who.userId, act: "user.unblocked", target: id, address });
        set.status = 204;
      },
      { body: emptyBody, rule: write },
    );

  async function found(login: string) {
    const user = await userByLogin(sql, login);
    if (!user) throw new Refusal("not_found");
    return user;
  }
}
