// Whom a user does not want to hear from: schema/api/blocks.ts, served.
//
// A blocked person loses the follow and the roles they had in the blocker's channel and cannot follow it again; their lines are
// hidden where the blocker reads chat (by the client, from this list). They are not told, and may still watch and chat there:
// keeping somebody out of a room is a ban.

import { Refusal } from "#runtime/actor/actor.ts";
import { addBlock, listBlocks, removeBlock } from "#schema/api/blocks.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { userByLogin } from "#schema/queries/operator/users.ts";
import { blocksOf, blockUser, unblockUser } from "#schema/queries/people/blocks.ts";
import { FieldRefusal } from "../gateway/problems/problem.ts";
import { loginCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

/** People one account blocks at most; over it 409 `too_many`. */
const BLOCKS_MAX = 1_000;

interface BlockParts {
  audit: Audit;
  /** Called when somebody's roles in a channel have changed. */
  rolesChanged(channelId: string, userId: string): void;
}

export function blockRoutes({ database }: EdgeWorld, { audit, rolesChanged }: BlockParts): Served[] {
  const { sql } = database;

  return [
    serve(listBlocks, async ({ who, query }) => {
      const limit = pageLimit(query);
      const afterLogin = loginCursor.read(query.cursor)?.login ?? null;
      const rows = await blocksOf(sql, { userId: who.userId, afterLogin, limit: limit + 1 });
      const items = rows.slice(0, limit).map(({ since, ...person }) => ({ ...person, since: since.toISOString() }));
      return { items, nextCursor: rows.length > limit ? loginCursor.write(items.at(-1)!) : null };
    }),
    serve(addBlock, async ({ who, params, address }) => {
      const { id } = await found(params.login);
      if (id === who.userId) throw new FieldRefusal([{ path: "login", message: "this is you" }]);
      const { outcome, strippedIn } = await blockUser(sql, { userId: who.userId, blockedUserId: id, most: BLOCKS_MAX });
      if (strippedIn !== null) rolesChanged(strippedIn, id);
      if (outcome === "full") throw new Refusal("too_many", `an account blocks ${BLOCKS_MAX} people at most`);
      if (outcome === "blocked") await audit({ actorId: who.userId, act: "user.blocked", target: id, address });
    }),
    serve(removeBlock, async ({ who, params, address }) => {
      const { id } = await found(params.login);
      const was = await unblockUser(sql, { userId: who.userId, blockedUserId: id });
      if (was) await audit({ actorId: who.userId, act: "user.unblocked", target: id, address });
    }),
  ];

  async function found(login: string) {
    const user = await userByLogin(sql, login);
    if (!user) throw new Refusal("not_found");
    return user;
  }
}
