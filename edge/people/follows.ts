// /api/v1/me/follows: which channels somebody follows, and which of them are live (contract §2).

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { emptyBody } from "#schema/api/channels.ts";
import { type Page, pageLimit } from "#schema/api/fields.ts";
import { type FollowingView, type FollowView, followsQuery } from "#schema/api/people.ts";
import { followChannel, followedSince, followsOf, unfollowChannel } from "#schema/queries/people/follows.ts";
import { channelView } from "../channels/view.ts";
import { viewersOf } from "../channels/viewers.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { FieldRefusal } from "../gateway/problems/problem.ts";
import { numberField, pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import { rules } from "../gateway/rules/access.ts";
import type { EdgeWorld } from "../world.ts";

/** Channels one account follows at most; over it 409 `too_many`. */
const FOLLOWS_MAX = 2_000;

/** `at`: the `place` of a row. */
const followsCursor = pageCursor({ at: numberField, id: uuidField });

const read = { access: "signed-in", scope: "follows:read", limit: "read" } as const;
const write = { access: "signed-in", scope: "follows:write", limit: "write" } as const;

export function followRoutes({ database }: EdgeWorld, { counts }: { counts: Counts }) {
  const { sql } = database;

  return new Elysia({ prefix: "/api/v1/me/follows", normalize: false })
    .use(rules)
    .get(
      "",
      async ({ who, query }): Promise<Page<FollowView>> => {
        const limit = pageLimit(query);
        const place = followsCursor.read(query.cursor);
        const rows = await followsOf(sql, {
          userId: who.userId,
          live: query.live ? query.live === "true" : null,
          before: place && { place: place.at, channelId: place.id },
          limit: limit + 1,
        });
        const shown = rows.slice(0, limit);
        const ids = shown.map(({ id }) => id);
        const viewers = await viewersOf(counts, ids);
        const items = shown.map((row, i) => ({
          followedAt: row.followedAt.toISOString(),
          channel: channelView(row, viewers[i]!),
        }));
        const last = shown.at(-1);
        return {
          items,
          nextCursor: rows.length > limit && last ? followsCursor.write({ at: last.place, id: last.id }) : null,
        };
      },
      { query: followsQuery, rule: read },
    )
    .get(
      "/:channel",
      async ({ who, channel }): Promise<FollowingView> => {
        const since = await followedSince(sql, { userId: who.userId, channelId: channel.id });
        return { following: since !== null, followedAt: since?.toISOString() ?? null };
      },
      { rule: read },
    )
    .put(
      "/:channel",
      async ({ who, channel, set }) => {
        if (channel.ownerUserId === who.userId)
          throw new FieldRefusal([{ path: "channel", message: "this is your own channel" }]);
        const outcome = await followChannel(sql, { userId: who.userId, channelId: channel.id, most: FOLLOWS_MAX });
        if (outcome === "blocked") throw new Refusal("blocked");
        if (outcome === "full") throw new Refusal("too_many", `an account follows ${FOLLOWS_MAX} channels at most`);
        set.status = 204;
      },
      { body: emptyBody, rule: write },
    )
    .delete(
      "/:channel",
      async ({ who, channel, set }) => {
        await unfollowChannel(sql, { userId: who.userId, channelId: channel.id });
        set.status = 204;
      },
      { body: emptyBody, rule: write },
    );
}
