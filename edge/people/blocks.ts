// Serves schema/api/blocks.ts.
//
// A blocked user loses the follow and the roles in the blocker's channel and cannot follow it again. The blocker's client hides the blocked
// user's lines, by this list. The blocked user gets no notice, and may still watch and chat: closing a room to somebody is a ban.

import { Refusal } from "#runtime/actor/actor.ts";
import { addBlock, listBlocks, removeBlock } from "#schema/api/blocks.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { userByLogin } from "#schema/queries/operator/users.ts";
import { blocksOf, blockUser, unblockUser } from "#schema/queries/people/blocks.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { loginCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

/** Blocks per account; over it 409 `too_many`. */
const BLOCKS_MAX = 1_000;

interface BlockParts {
  audit: Audit;
  /** Called when a user's roles in a channel have changed. */
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
      if (outcome === "full") throw new Refusal("too_many", `an account blocks at most ${BLOCKS_MAX} people`);
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
