// /api/v1/channels/* and /api/v1/broadcasts/:id: what visitors read and owners change (contract §2).

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import {
  type BroadcastView,
  channelsQuery,
  emptyBody,
  type NewStreamKeyView,
  pageQuery,
  type StreamKeyView,
  updateChannelBody,
} from "#schema/api/channels.ts";
import { type Page, pageLimit } from "#schema/api/fields.ts";
import { broadcastById, broadcastsOf } from "#schema/queries/channels/broadcasts.ts";
import { channelByReference, updateChannel } from "#schema/queries/channels/channels.ts";
import { replaceStreamKey, streamKeyOf } from "#schema/queries/channels/stream-keys.ts";
import type { BroadcastHealth } from "#schema/wire/channel.ts";
import { isUuid } from "#schema/wire/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import { type RuledChannel, rules } from "../gateway/rules/access.ts";
import type { Post } from "../identity/email/sender.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { channelsCursor, listChannels } from "./list.ts";
import { newStreamKey } from "./stream-key.ts";
import { broadcastView, channelView } from "./view.ts";
import { viewersOf } from "./viewers.ts";

export interface ChannelParts {
  counts: Counts;
  gateway: Gateway;
  post: Post;
}

const broadcastsCursor = pageCursor({ id: uuidField }, { mark: "recent.0." });

export function channelRoutes(world: EdgeWorld, { counts, gateway, post }: ChannelParts) {
  const { config, random, caller, log } = world;
  const { sql } = world.database;
  const audit = createAudit(world);

  return new Elysia({ prefix: "/api/v1", normalize: false })
    .use(rules)
    .get(
      "/channels",
      ({ query: { live, category, q, sort, limit, cursor } }) =>
        listChannels(
          { sql, counts },
          {
            live: live ? live === "true" : null,
            category: category || null,
            q: q || null,
            sort: sort || (live === "true" ? "viewers" : "recent"),
            limit: pageLimit(limit === undefined ? {} : { limit }),
            cursor: channelsCursor.read(cursor),
          },
        ),
      { query: channelsQuery, rule: { access: "all", limit: "search" } },
    )
    .get("/channels/:channel", async ({ channel }) => view(channel), { rule: { access: "all", limit: "read" } })
    .get(
      "/channels/:channel/broadcasts",
      async ({ channel, query }): Promise<Page<BroadcastView>> => {
        const limit = pageLimit(query);
        const beforeId = broadcastsCursor.read(query.cursor)?.id ?? null;
        const rows = await broadcastsOf(sql, { channelId: channel.id, beforeId, limit: limit + 1 });
        const items = rows.slice(0, limit).map(broadcastView);
        const nextCursor = rows.length > limit ? broadcastsCursor.write({ id: items.at(-1)!.id }) : null;
        return { items, nextCursor };
      },
      { query: pageQuery, rule: { access: "all", limit: "read" } },
    )
    .get(
      "/broadcasts/:id",
      async ({ params }) => {
        const row = isUuid(params.id) ? await broadcastById(sql, params.id) : null;
        if (!row) throw new Refusal("not_found");
        return broadcastView(row);
      },
      { rule: { access: "all", limit: "read" } },
    )
    .patch(
      "/channels/:channel",
      async ({ channel, body }) => {
        await updateChannel(sql, channel.id, body);
        return view(channel);
      },
      { body: updateChannelBody, rule: { access: "editor", scope: "channel:write", limit: "write" } },
    )
    .get(
      "/channels/:channel/stream-key",
      async ({ channel }): Promise<StreamKeyView> => {
        const key = await streamKeyOf(sql, channel.id);
        return { hint: key?.hint ?? null, rtmpUrl: config.rtmpUrl, createdAt: key?.createdAt.toISOString() ?? null };
      },
      { rule: { access: "owner-alone", scope: "stream-key", limit: "read" } },
    )
    .post(
      "/channels/:channel/stream-key",
      async ({ channel, who, request, set }): Promise<NewStreamKeyView> => {
        const streamKey = newStreamKey(random);
        await replaceStreamKey(sql, channel.id, streamKey);
        log.info({ channel: channel.id, user: who.userId }, "stream key renewed");
        const { address } = gateway.asked(request);
        await audit({ actorId: who.userId, act: "stream-key.renewed", target: channel.id, address });
        post.tell(request, { id: channel.ownerUserId }, (letters, told) => letters.streamKeyRenewed(told));
        set.status = 201;
        return { streamKey, rtmpUrl: config.rtmpUrl };
      },
      { body: emptyBody, rule: { access: "owner-alone", scope: "stream-key", limit: "stream-key" } },
    )
    .get(
      "/channels/:channel/broadcast",
      ({ channel }) => caller.call<BroadcastHealth>("channel", channel.id, { type: "health" }),
      { rule: { access: "editor", scope: "channel:read", limit: "read" } },
    )
    .post(
      "/channels/:channel/broadcast/stop",
      async ({ channel, who, request, set }) => {
        if (who.userId !== channel.ownerUserId) {
          const { address } = gateway.asked(request);
          await audit({ actorId: who.userId, act: "broadcast.stopped", target: channel.id, address });
        }
        await caller.call<null>("channel", channel.id, { type: "stop" });
        log.info({ channel: channel.id, user: who.userId }, "broadcast stopped by hand");
        set.status = 204;
      },
      { body: emptyBody, rule: { access: "editor", scope: "channel:write", limit: "write" } },
    );

  /** Of a channel that the asker may see: its rule has said so. */
  async function view({ id }: RuledChannel) {
    const row = await channelByReference(sql, id, "staff");
    if (!row) throw new Refusal("not_found");
    const [viewers] = row.broadcastId ? await viewersOf(counts, [row.id]) : [0];
    return channelView(row, viewers!);
  }
}
