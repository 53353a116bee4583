// Serves schema/api/unban-requests.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import {
  decideUnbanRequest,
  listUnbanRequests,
  readMyUnbanRequests,
  requestUnban,
  type UnbanRequestView,
} from "#schema/api/unban-requests.ts";
import {
  addUnbanRequest,
  askingState,
  decideRequest,
  newestRequestOf,
  type UnbanRequestRow,
  unbanRequestById,
  unbanRequests,
} from "#schema/queries/chat/unban-requests.ts";
import { idCursor } from "../../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { byView } from "../moderation-views.ts";
import { tellModerators } from "../moderator-news.ts";
import { mayModerate } from "../ranks.ts";
import { outranked, type RoomActs } from "../room-acts.ts";

/** How long after a denial a person may ask again. */
const AGAIN_MS = 30 * 24 * 60 * 60_000;

export function unbanRequestRoutes(world: EdgeWorld, { act, asker, person }: RoomActs): Served[] {
  const { bus, random, clock } = world;
  const { sql } = world.database;

  return [
    serve(listUnbanRequests, async ({ channel, query }) => {
      const { state = "open", cursor } = query;
      const limit = pageLimit(query);
      const afterId = idCursor.read(cursor)?.id ?? null;
      const rows = await unbanRequests(sql, { channelId: channel.id, state, afterId, limit: limit + 1 });
      const items = rows.slice(0, limit).map(requestView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
    serve(requestUnban, async ({ who, channel, body }) => {
      const about = { channelId: channel.id, userId: who.userId };
      const { bannedAt, mayAskAt } = await askingState(sql, { ...about, againMs: AGAIN_MS });
      if (!bannedAt) throw new Refusal("not_banned");
      const waitMs = mayAskAt === null ? null : mayAskAt.getTime() - clock.wallMs();
      if (waitMs === null) throw new Refusal("already_asked");
      if (waitMs > 0) throw new Refusal("already_asked", "a moderator has denied it; you may ask again later", waitMs);
      const id = random.uuid(clock.wallMs());
      // The other request of two at once was faster, or the ban has just been lifted.
      if (!(await addUnbanRequest(sql, { id, ...about, body: body.text }))) throw new Refusal("already_asked");
      const request = (await unbanRequestById(sql, { channelId: channel.id, id }))!;
      told(channel.id, request);
      return ownView(request);
    }),
    serve(readMyUnbanRequests, async ({ who, channel }) => {
      const about = { channelId: channel.id, userId: who.userId };
      const { bannedAt, reason, mayAskAt } = await askingState(sql, { ...about, againMs: AGAIN_MS });
      const newest = await newestRequestOf(sql, about);
      return {
        banned: bannedAt !== null,
        reason,
        request: newest && ownView(newest),
        mayAskAt: mayAskAt?.toISOString() ?? null,
      };
    }),
    serve(decideUnbanRequest, async ({ who, channel, params, body }) => {
      const { accept, answer = "" } = body;
      const named = { channelId: channel.id, id: params.id };
      const request = await unbanRequestById(sql, named);
      if (!request) throw new Refusal("not_found");
      const by = await asker(channel.id, who.userId);
      if (!mayModerate(by, await person(channel.id, request.login))) throw outranked();
      if (!(await decideRequest(sql, { ...named, byUserId: by.id, accept, answer }))) {
        const now = (await unbanRequestById(sql, named)) ?? request;
        if (now.byId === by.id && now.state === (accept ? "accepted" : "denied")) return requestView(now);
        throw decided(now);
      }
      if (accept) await act(channel.id, by, { act: "unban", userId: request.userId, requestId: request.id });
      return told(channel.id, (await unbanRequestById(sql, named)) ?? request);
    }),
  ];

  /** Every moderator sees the same queue. */
  function told(channelId: string, row: UnbanRequestRow): UnbanRequestView {
    const request = requestView(row);
    tellModerators(bus, { channelId, frame: { type: "unban_request", request } });
    return request;
  }
}

const decided = ({ state, byDisplayName }: UnbanRequestRow) =>
  new Refusal("already_decided", byDisplayName && state !== "open" ? `${byDisplayName}: ${state}` : undefined);

const ownView = ({ id, at, body, state, decidedAt, answer }: UnbanRequestRow) => ({
  id,
  at: at.toISOString(),
  text: body,
  state,
  decidedAt: decidedAt?.toISOString() ?? null,
  answer,
});

const requestView = ({ userId, login, displayName, ...row }: UnbanRequestRow): UnbanRequestView => ({
  ...ownView({ userId, login, displayName, ...row }),
  user: { id: userId, login, displayName },
  by: byView(row),
});
