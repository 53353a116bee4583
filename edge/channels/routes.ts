// /api/v1/channels/* and /api/v1/broadcasts/:id: what visitors read and owners change (contract §2).

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import { broadcastById, broadcastsOf } from "#schema/queries/broadcasts.ts";
import { type ChannelRow, channelByReference, updateChannel } from "#schema/queries/channels.ts";
import { replaceStreamKey, streamKeyOf } from "#schema/queries/streamKeys.ts";
import { userById } from "#schema/queries/users.ts";
import type { BroadcastHealth } from "#schema/wire/channel.ts";
import {
  type BroadcastView,
  channelsQuery,
  emptyBody,
  type NewStreamKeyView,
  pageQuery,
  type StreamKeyView,
  updateChannelBody,
} from "#schema/wire/http/channels.ts";
import { type Page, pageLimit } from "#schema/wire/http/fields.ts";
import type { AccessTokens, Who } from "../auth/access-token.ts";
import { signedIn } from "../auth/gate.ts";
import { newStreamKey } from "../auth/stream-key.ts";
import type { Counts } from "../gateway/counts.ts";
import type { EdgeWorld } from "../world.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { listChannels } from "./directory.ts";
import { broadcastView, channelView } from "./view.ts";
import { viewersOf } from "./viewers.ts";

export interface ChannelParts {
  tokens: AccessTokens;
  counts: Counts;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function channelRoutes(world: EdgeWorld, { tokens, counts }: ChannelParts) {
  const { config, random, caller, log } = world;
  const { sql } = world.database;

  const everybody = new Elysia({ normalize: false })
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
            cursor: readCursor(cursor),
          },
        ),
      { query: channelsQuery },
    )
    .get("/channels/:channel", async ({ params }) => view(await found(params.channel)))
    .get(
      "/channels/:channel/broadcasts",
      async ({ params, query }): Promise<Page<BroadcastView>> => {
        const { id: channelId } = await found(params.channel);
        const limit = pageLimit(query);
        const beforeId = readCursor(query.cursor)?.id ?? null;
        const rows = await broadcastsOf(sql, { channelId, beforeId, limit: limit + 1 });
        const items = rows.slice(0, limit).map(broadcastView);
        const nextCursor =
          rows.length > limit ? writeCursor({ sort: "recent", viewers: 0, id: items.at(-1)!.id }) : null;
        return { items, nextCursor };
      },
      { query: pageQuery },
    )
    .get("/broadcasts/:id", async ({ params }) => {
      const row = UUID.test(params.id) ? await broadcastById(sql, params.id) : null;
      if (!row) throw new Refusal("not_found");
      return broadcastView(row);
    });

  const owners = new Elysia({ normalize: false })
    .use(signedIn(tokens))
    .patch(
      "/channels/:channel",
      async ({ params, body, who }) => {
        const channel = await editable(params.channel, who);
        await updateChannel(sql, channel.id, body);
        return view(await found(channel.id));
      },
      { body: updateChannelBody },
    )
    .get("/channels/:channel/stream-key", async ({ params, who }): Promise<StreamKeyView> => {
      const key = await streamKeyOf(sql, (await owned(params.channel, who)).id);
      return { hint: key?.hint ?? null, rtmpUrl: config.rtmpUrl, createdAt: key?.createdAt.toISOString() ?? null };
    })
    .post(
      "/channels/:channel/stream-key",
      async ({ params, who, set }): Promise<NewStreamKeyView> => {
        const channel = await owned(params.channel, who);
        const streamKey = newStreamKey(random);
        await replaceStreamKey(sql, channel.id, streamKey);
        log.info({ channel: channel.id, user: who.userId }, "stream key renewed");
        set.status = 201;
        return { streamKey, rtmpUrl: config.rtmpUrl };
      },
      { body: emptyBody },
    )
    .get("/channels/:channel/broadcast", async ({ params, who }) => {
      const channel = await owned(params.channel, who);
      return caller.call<BroadcastHealth>("channel", channel.id, { type: "health" });
    })
    .post(
      "/channels/:channel/broadcast/stop",
      async ({ params, who, set }) => {
        const channel = await editable(params.channel, who);
        await caller.call<null>("channel", channel.id, { type: "stop" });
        log.info({ channel: channel.id, user: who.userId }, "broadcast stopped by hand");
        set.status = 204;
      },
      { body: emptyBody },
    );

  return new Elysia({ prefix: "/api/v1", normalize: false }).use(everybody).use(owners);

  async function view(row: ChannelRow) {
    const [viewers] = row.broadcastId ? await viewersOf(counts, [row.id]) : [0];
    return channelView(row, viewers!);
  }

  async function found(reference: string): Promise<ChannelRow> {
    const row = await channelByReference(sql, reference);
    if (!row) throw new Refusal("not_found");
    return row;
  }

  /** For the owner alone: not even admins read keys. */
  async function owned(reference: string, who: Who): Promise<ChannelRow> {
    const row = await found(reference);
    if (row.userId !== who.userId) throw new Refusal("forbidden");
    return row;
  }

  /** For the owner and admins. Who is an admin is asked anew: a token may be 15 minutes older than a demotion. */
  async function editable(reference: string, who: Who): Promise<ChannelRow> {
    const row = await found(reference);
    if (row.userId !== who.userId && (await userById(sql, who.userId))?.role !== "admin")
      throw new Refusal("forbidden");
    return row;
  }
}
