// Serves schema/api/follows.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { listFollowers, listFollows, readFollowing, startFollowing, stopFollowing } from "#schema/api/follows.ts";
import {
  followChannel,
  followedSince,
  followersOf,
  followsOf,
  unfollowChannel,
} from "#schema/queries/people/follows.ts";
import { createChannelViews } from "../channels/view.ts";
import { viewersOf } from "../channels/viewers.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { numberField, pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";

/** Follows per account; over it 409 `too_many`. */
const FOLLOWS_MAX = 2_000;

/** `at`: the `place` of a row. */
const followsCursor = pageCursor({ at: numberField, id: uuidField });
const followersCursor = pageCursor({ at: numberField, id: uuidField }, { mark: "f." });

interface FollowParts {
  counts: Counts;
  /** Called when a user has followed a channel, or no longer follows it: rooms for followers must know. */
  rolesChanged(channelId: string, userId: string): void;
}

export function followRoutes({ config, database }: EdgeWorld, { counts, rolesChanged }: FollowParts): Served[] {
  const { sql } = database;
  const views = createChannelViews(config);

  return [
    serve(listFollows, async ({ who, query }) => {
      const limit = pageLimit(query);
      const place = followsCursor.read(query.cursor);
      const rows = await followsOf(sql, {
        userId: who.userId,
        live: query.live ?? null,
        before: place && { place: place.at, channelId: place.id },
        limit: limit + 1,
      });
      const shown = rows.slice(0, limit);
      const ids = shown.map(({ id }) => id);
      const viewers = await viewersOf(counts, ids);
      const items = shown.map((row, i) => ({
        followedAt: row.followedAt.toISOString(),
        lastLiveAt: row.lastLiveAt?.toISOString() ?? null,
        channel: views.channel(row, viewers[i]!),
      }));
      const last = shown.at(-1);
      return {
        items,
        nextCursor: rows.length > limit && last ? followsCursor.write({ at: last.place, id: last.id }) : null,
      };
    }),
    serve(listFollowers, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const place = followersCursor.read(query.cursor);
      const rows = await followersOf(sql, {
        channelId: channel.id,
        before: place && { place: place.at, userId: place.id },
        limit: limit + 1,
      });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(({ place, followedAt, ...one }) => ({ ...one, followedAt: followedAt.toISOString() })),
        nextCursor: rows.length > limit && last ? followersCursor.write({ at: last.place, id: last.id }) : null,
      };
    }),
    serve(readFollowing, async ({ who, channel }) => {
      const since = await followedSince(sql, { userId: who.userId, channelId: channel.id });
      return { following: since !== null, followedAt: since?.toISOString() ?? null };
    }),
    serve(startFollowing, async ({ who, channel }) => {
      if (channel.ownerUserId === who.userId)
        throw new FieldRefusal([{ path: "channel", message: "this is your own channel" }]);
      const outcome = await followChannel(sql, { userId: who.userId, channelId: channel.id, most: FOLLOWS_MAX });
      if (outcome === "blocked") throw new Refusal("blocked");
      if (outcome === "full") throw new Refusal("too_many", `an account follows at most ${FOLLOWS_MAX} channels`);
      rolesChanged(channel.id, who.userId);
    }),
    serve(stopFollowing, async ({ who, channel }) => {
      await unfollowChannel(sql, { userId: who.userId, channelId: channel.id });
      rolesChanged(channel.id, who.userId);
    }),
  ];
}
