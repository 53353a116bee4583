// Serves schema/api/moderation.ts: checks who may do it to whom, and asks the room's owner, which alone writes.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import {
  ban,
  changeChatSettings,
  clearChat,
  clearPerson,
  deleteMessage,
  listBans,
  readChatSettings,
  readModerationLog,
  unban,
} from "#schema/api/moderation.ts";
import {
  bansOf,
  lineToDelete,
  moderationLog,
  personInChannel,
  storedSettings,
} from "#schema/queries/chat/moderation.ts";
import { DEFAULT_ROOM_SETTINGS, type SettingsChange } from "#schema/wire/room.ts";
import { TIMED_MODES } from "#schema/wire/timed-modes.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { idCursor, loginCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";
import { banView, logView } from "./moderation-views.ts";
import { mayModerate } from "./ranks.ts";
import { createRoomActs, outranked } from "./room-acts.ts";

interface ModerationParts {
  /** Called when a user's roles in a channel have changed. */
  rolesChanged(channelId: string, userId: string): void;
}

export function moderationRoutes(world: EdgeWorld, { rolesChanged }: ModerationParts): Served[] {
  const { sql } = world.database;
  const { act, asker, both } = createRoomActs(world);

  return [
    serve(listBans, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const afterLogin = loginCursor.read(query.cursor)?.login ?? null;
      const rows = await bansOf(sql, { channelId: channel.id, afterLogin, limit: limit + 1 });
      const items = rows.slice(0, limit);
      return { items: items.map(banView), nextCursor: rows.length > limit ? loginCursor.write(items.at(-1)!) : null };
    }),
    serve(ban, async ({ who, channel, params, body }) => {
      const { by, target } = await both(channel.id, who.userId, params.login);
      const { durationMs = null, reason = "" } = body;
      const unrole = durationMs === null;
      await act(channel.id, by, { act: "ban", userId: target.id, durationMs, reason, unrole });
      if (unrole && target.roles.length > 0) rolesChanged(channel.id, target.id);
      const [row] = await bansOf(sql, { channelId: channel.id, userId: target.id, limit: 1 });
      // It may be over, or lifted, by now.
      if (!row) throw new Refusal("not_found");
      return banView(row);
    }),
    serve(unban, async ({ who, channel, params }) => {
      const { by, target } = await both(channel.id, who.userId, params.login);
      const [row] = await bansOf(sql, { channelId: channel.id, userId: target.id, limit: 1 });
      if (row) await act(channel.id, by, { act: "unban", userId: target.id });
    }),
    serve(deleteMessage, async ({ who, channel, params }) => {
      const line = await lineToDelete(sql, { channelId: channel.id, lineId: params.id });
      if (!line) throw new Refusal("not_found");
      if (line.isDeleted || line.authorId === null) return;
      const by = await asker(channel.id, who.userId);
      const author = await personInChannel(sql, { channelId: channel.id, id: line.authorId });
      if (author && author.id !== by.id && !mayModerate(by, author)) throw outranked();
      await act(channel.id, by, { act: "delete", lineId: params.id, authorId: line.authorId });
    }),
    serve(clearPerson, async ({ who, channel, params }) => {
      const { by, target } = await both(channel.id, who.userId, params.login, { orSelf: true });
      await act(channel.id, by, { act: "clear-person", userId: target.id });
    }),
    serve(clearChat, async ({ who, channel }) => {
      await act(channel.id, await asker(channel.id, who.userId), { act: "clear" });
    }),
    serve(readChatSettings, async ({ channel }) => ({
      ...DEFAULT_ROOM_SETTINGS,
      ...(await storedSettings(sql, channel.id))?.settings,
    })),
    serve(changeChatSettings, async ({ who, channel, body }) => {
      const { forMs, ...change } = body;
      if (forMs !== undefined && !putsOn(change))
        throw new FieldRefusal([{ path: "forMs", message: "only with a mode that is put on" }]);
      const by = await asker(channel.id, who.userId);
      return (await act(channel.id, by, { act: "settings", change, ...(forMs !== undefined && { forMs }) })).room;
    }),
    serve(readModerationLog, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const beforeId = idCursor.read(query.cursor)?.id ?? null;
      const rows = await moderationLog(sql, { channelId: channel.id, beforeId, limit: limit + 1 });
      const items = rows.slice(0, limit).map(logView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
  ];
}

const putsOn = (change: SettingsChange) =>
  (change.followersOnlyMs ?? 0) > 0 || TIMED_MODES.some((mode) => Boolean(change[mode]));
