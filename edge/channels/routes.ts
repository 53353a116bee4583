// Serves schema/api/{channels,broadcasts,stream-keys}.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import {
  type BroadcastHealth,
  listBroadcasts,
  readBroadcast,
  readBroadcastHealth,
  startBroadcast,
  stopBroadcast,
} from "#schema/api/broadcasts.ts";
import { changeChannel, type LiveView, listChannels, readChannel } from "#schema/api/channels.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { createPublishTicket, readStreamKey, renewStreamKey } from "#schema/api/stream-keys.ts";
import { broadcastById, broadcastsOf } from "#schema/queries/channels/broadcasts.ts";
import { categoryNamed } from "#schema/queries/channels/categories.ts";
import { type ChannelRow, channelByReference, updateChannel } from "#schema/queries/channels/channels.ts";
import { hasPlaybackPassword } from "#schema/queries/channels/playback.ts";
import { replaceStreamKey, streamKeyOf } from "#schema/queries/channels/stream-keys.ts";
import { noteBroadcastTopic } from "#schema/queries/videos/chapters.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { isUuid } from "#schema/wire/ids.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import type { RuledChannel } from "../gateway/rules/authorize.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EmailSender } from "../identity/email/sender.ts";
import type { Passwords } from "../identity/password/hashing.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { channelPage, channelsCursor } from "./list.ts";
import { createPublishTickets, PUBLISH_TICKET_MS } from "./publish-tickets.ts";
import { newStreamKey } from "./stream-key.ts";
import { broadcastView, createChannelViews } from "./view.ts";
import { viewersOf } from "./viewers.ts";

interface ChannelParts {
  counts: Counts;
  emails: EmailSender;
  passwords: Pick<Passwords, "hash">;
}

const broadcastsCursor = pageCursor({ id: uuidField }, { mark: "recent.0." });

export function channelRoutes(world: EdgeWorld, { counts, emails, passwords }: ChannelParts): Served[] {
  const { config, clock, random, caller, log } = world;
  const { sql } = world.database;
  const audit = createAudit(world);
  const views = createChannelViews(config);
  const hasWhip = config.webRtc.relayUrls.length > 0 && config.webRtc.whipTargets.length > 0;
  const whipUrl = `${config.publicUrl}/ingest/whip`;
  const servers = {
    rtmpUrl: config.rtmpUrl,
    ...(config.rtmpsUrl && { rtmpsUrl: config.rtmpsUrl }),
    ...(hasWhip && { whipUrl }),
  };
  const tickets = createPublishTickets({ sql, random });

  return [
    serve(listChannels, ({ query: { live, category, q, sort, cursor, ...page } }) =>
      channelPage(
        { sql, counts, views },
        {
          live: live ?? null,
          category: category ?? null,
          q: q ?? null,
          sort: sort ?? (live ? "viewers" : "recent"),
          limit: pageLimit(page),
          cursor: channelsCursor.read(cursor),
        },
      ),
    ),
    // The route's rule has checked that the asker may see the channel.
    serve(readChannel, async ({ channel, asker }) => {
      const shown = await view(await channelByReference(sql, channel.id, "staff"));
      const isOwner = asker?.userId === channel.ownerUserId;
      return shown.live || !isOwner ? shown : { ...shown, live: await previewOf(channel) };
    }),
    serve(changeChannel, async ({ channel, body: { playbackPassword, ...asked } }) => {
      const change = asked.category ? { ...asked, category: await categoryOf(asked.category) } : asked;
      if (
        change.visibility === "password" &&
        playbackPassword === undefined &&
        !(await hasPlaybackPassword(sql, channel.id))
      )
        throw new FieldRefusal([{ path: "playbackPassword", message: "required: the channel has none yet" }]);
      const hashed =
        playbackPassword === undefined ? {} : { playbackPasswordHash: await passwords.hash(playbackPassword) };
      const row = await updateChannel(sql, channel.id, { ...change, ...hashed });
      // On air it is a chapter of the recording.
      if (row?.broadcastId && (change.title !== undefined || change.category !== undefined))
        await noteBroadcastTopic(sql, channel.id);
      return view(row);
    }),
    serve(listBroadcasts, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const beforeId = broadcastsCursor.read(query.cursor)?.id ?? null;
      const rows = await broadcastsOf(sql, { channelId: channel.id, beforeId, limit: limit + 1 });
      const items = rows.slice(0, limit).map(broadcastView);
      const nextCursor = rows.length > limit ? broadcastsCursor.write({ id: items.at(-1)!.id }) : null;
      return { items, nextCursor };
    }),
    serve(readBroadcast, async ({ params }) => {
      const row = isUuid(params.id) ? await broadcastById(sql, params.id) : null;
      if (!row) throw new Refusal("not_found");
      return broadcastView(row);
    }),
    serve(readBroadcastHealth, ({ channel }) =>
      caller.call<BroadcastHealth>("channel", channel.id, { type: "health" }),
    ),
    serve(startBroadcast, async ({ channel, who }) => {
      await caller.call<null>("channel", channel.id, { type: "start" });
      log.info({ channel: channel.id, user: who.userId }, "broadcast started by hand");
    }),
    serve(stopBroadcast, async ({ channel, who, address }) => {
      if (who.userId !== channel.ownerUserId)
        await audit({ actorId: who.userId, act: "broadcast.stopped", target: channel.id, address });
      await caller.call<null>("channel", channel.id, { type: "stop" });
      log.info({ channel: channel.id, user: who.userId }, "broadcast stopped by hand");
    }),
    serve(readStreamKey, async ({ channel }) => {
      const key = await streamKeyOf(sql, channel.id);
      return { hint: key?.hint ?? null, ...servers, createdAt: key?.createdAt.toISOString() ?? null };
    }),
    serve(renewStreamKey, async ({ channel, who, ...visit }) => {
      const streamKey = newStreamKey(random);
      await replaceStreamKey(sql, channel.id, streamKey);
      log.info({ channel: channel.id, user: who.userId }, "stream key renewed");
      await audit({ actorId: who.userId, act: "stream-key.renewed", target: channel.id, address: visit.address });
      emails.notify(visit, { id: channel.ownerUserId }, (notices, context) => notices.streamKeyRenewed(context));
      return { streamKey, ...servers };
    }),
    serve(createPublishTicket, async ({ channel, who }) => {
      if (!hasWhip) throw new Refusal("whip_off");
      const expiresAt = new Date(clock.wallMs() + PUBLISH_TICKET_MS).toISOString();
      const ticket = await tickets.issue({ channelId: channel.id, encoder: null });
      log.info({ channel: channel.id, user: who.userId }, "publish ticket issued");
      return { ticket, whipUrl, expiresAt };
    }),
  ];

  /** The category's name, in its own letters. */
  async function categoryOf(word: string): Promise<string> {
    const name = await categoryNamed(sql, word);
    if (name === null) throw new FieldRefusal([{ path: "category", message: "name or slug of a category, or null" }]);
    return name;
  }

  /** Null also while the actor does not answer: the owner's page must not depend on it. */
  async function previewOf({ id, login }: RuledChannel): Promise<LiveView | null> {
    try {
      return views.preview(await caller.call<ChannelStatus>("channel", id, { type: "describe" }), login);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return null;
    }
  }

  async function view(row: ChannelRow | null) {
    if (!row) throw new Refusal("not_found");
    const [viewers] = row.broadcastId ? await viewersOf(counts, [row.id]) : [0];
    return views.channel(row, viewers!);
  }
}
