// Serves schema/api/moderation.ts: checks who may do it to whom, and asks the room's owner, which alone writes.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import {
  type BanView,
  ban,
  changeChatSettings,
  clearChat,
  clearPerson,
  deleteMessage,
  listBans,
  type ModerationLogView,
  readChatSettings,
  readModerationLog,
  unban,
} from "#schema/api/moderation.ts";
import {
  type BanRow,
  bansOf,
  lineToDelete,
  type ModerationLogRow,
  moderationLog,
  personInChannel,
  type RankedPerson,
  storedSettings,
} from "#schema/queries/chat/moderation.ts";
import { isLogin } from "#schema/wire/ids.ts";
import { type Act, type ActAnswer, DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { idCursor, loginCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";
import { mayModerate } from "./ranks.ts";

/** Longer than the 5 s that a room keeps an act while the database is away, shorter than an answer of HTTP may take. */
const ACT_WITHIN_MS = 6_000;

interface ModerationParts {
  /** Called when a user's roles in a channel have changed. */
  rolesChanged(channelId: string, userId: string): void;
}

export function moderationRoutes(world: EdgeWorld, { rolesChanged }: ModerationParts): Served[] {
  const { sql } = world.database;

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
      const by = await asker(channel.id, who.userId);
      return (await act(channel.id, by, { act: "settings", change: body })).room;
    }),
    serve(readModerationLog, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const beforeId = idCursor.read(query.cursor)?.id ?? null;
      const rows = await moderationLog(sql, { channelId: channel.id, beforeId, limit: limit + 1 });
      const items = rows.slice(0, limit).map(logView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
  ];

  /** The id is made once: the caller repeats the same act at a new owner. */
  function act(channelId: string, { id, login, displayName }: RankedPerson, done: Act): Promise<ActAnswer> {
    const { caller, random, clock } = world;
    const request = { type: "room.act", id: random.uuid(clock.wallMs()), by: { id, login, displayName }, ...done };
    return caller.call<ActAnswer>("channel", channelId, request, { timeoutMs: ACT_WITHIN_MS });
  }

  async function asker(channelId: string, id: string): Promise<RankedPerson> {
    const found = await personInChannel(sql, { channelId, id });
    if (!found) throw new Refusal("not_signed_in");
    return found;
  }

  /** Throws Refusal: `not_found`, `forbidden`; FieldRefusal for oneself. */
  async function both(channelId: string, askerId: string, login: string, { orSelf = false } = {}) {
    const target = isLogin(login) ? await personInChannel(sql, { channelId, login: login.toLowerCase() }) : null;
    if (!target) throw new Refusal("not_found");
    const by = await asker(channelId, askerId);
    if (target.id === by.id && orSelf) return { by, target };
    if (target.id === by.id) throw new FieldRefusal([{ path: "login", message: "somebody else than yourself" }]);
    if (!mayModerate(by, target)) throw outranked();
    return { by, target };
  }
}

const outranked = () => new Refusal("forbidden", "this person has your rank in this channel, or a higher one");

const participant = (id: string | null, login: string | null, displayName: string | null) =>
  id === null ? null : { id, login: login!, displayName: displayName! };

const banView = ({ id, login, displayName, ...row }: BanRow): BanView => ({
  user: { id, login, displayName },
  by: participant(row.byId, row.byLogin, row.byDisplayName),
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  until: row.until?.toISOString() ?? null,
});

const logView = (row: ModerationLogRow): ModerationLogView => ({
  id: row.id,
  at: row.at.toISOString(),
  act: row.act as ModerationLogView["act"],
  by: participant(row.byId, row.byLogin, row.byDisplayName),
  target: participant(row.targetId, row.targetLogin, row.targetDisplayName),
  lineId: row.lineId,
  durationMs: row.durationMs,
  reason: row.reason,
  settings: row.settings,
  terms: row.detail?.terms ?? null,
  autoMod: row.detail?.autoMod ?? null,
});
