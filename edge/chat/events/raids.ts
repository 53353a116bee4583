// Serves schema/api/raids.ts: checks whether the target takes the raid, and asks the source's room, which owns it.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import {
  cancelRaid,
  changeRaidSettings,
  declineRaid,
  listRaids,
  readRaid,
  readRaidSettings,
  startRaid,
} from "#schema/api/raids.ts";
import {
  lastRaidOf,
  pendingRaidOf,
  type RaidTarget,
  raidSettingsOf,
  raidsTo,
  raidTarget,
  raidTo,
  type StoredRaid,
  changeRaidSettings as writeRaidSettings,
} from "#schema/queries/chat/raids.ts";
import { isLogin, isUuid } from "#schema/wire/ids.ts";
import { viewersOf } from "../../channels/viewers.ts";
import type { Counts } from "../../gateway/limits/counts.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { idCursor } from "../../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { tellModerators } from "../moderator-news.ts";
import type { RoomActs } from "../room-acts.ts";

const DELAY_MS = 10_000;

export function raidRoutes(world: EdgeWorld, { act, asker }: RoomActs, { counts }: { counts: Counts }): Served[] {
  const { database, bus, random, clock, log } = world;
  const { sql } = database;

  return [
    serve(startRaid, async ({ who, channel, body }) => {
      const target = await targetOf(channel.id, body.to);
      if (target.id === channel.id) throw new FieldRefusal([{ path: "to", message: "another channel than your own" }]);
      const [viewers = 0] = await viewersOf(counts, [channel.id]);
      mayCome(target, viewers);
      const by = await asker(channel.id, who.userId);
      const { from, login, displayName } = target;
      const raid = { act: "raid", raidId: random.uuid(clock.wallMs()), from, toChannelId: target.id } as const;
      const to = { login, displayName };
      const { state } = await act(channel.id, by, { ...raid, to, viewers, inMs: body.inMs ?? DELAY_MS });
      const started = state?.raid;
      if (!started) throw new Refusal("unavailable");
      tellModerators(bus, { channelId: target.id, frame: { type: "raid_coming", raid: started } });
      return started;
    }),
    serve(readRaid, async ({ channel }) => ({ raid: await lastRaidOf(sql, channel.id) })),
    serve(cancelRaid, async ({ who, channel }) => {
      const pending = await pendingRaidOf(sql, channel.id);
      if (pending) await end(pending, { by: who.userId, state: "cancelled" });
    }),
    serve(listRaids, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const beforeId = idCursor.read(query.cursor)?.id ?? null;
      const raids = await raidsTo(sql, { channelId: channel.id, beforeId, limit: limit + 1 });
      const items = raids.slice(0, limit);
      return { items, nextCursor: raids.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
    serve(declineRaid, async ({ who, channel, params }) => {
      const at = { channelId: channel.id, raidId: params.id };
      const raid = await raidTo(sql, at);
      if (!raid) throw new Refusal("not_found");
      await end(raid, { by: who.userId, state: "declined" });
      return (await raidTo(sql, at))?.view ?? raid.view;
    }),
    serve(readRaidSettings, ({ channel }) => raidSettingsOf(sql, channel.id)),
    serve(changeRaidSettings, async ({ channel, body, who }) => {
      const changed = await writeRaidSettings(sql, channel.id, body);
      log.info({ channel: channel.id, user: who.userId, ...changed }, "raid settings changed");
      return changed;
    }),
  ];

  /** By login or id. Throws Refusal `not_found`. */
  async function targetOf(channelId: string, to: string): Promise<RaidTarget> {
    const named = to.toLowerCase();
    const by = isUuid(named) ? { id: named } : isLogin(named) ? { login: named } : null;
    const target = by && (await raidTarget(sql, { channelId, ...by }));
    if (!target) throw new Refusal("not_found");
    return target;
  }

  /** Of a raid that is over already it changes nothing. */
  async function end(
    { view: raid, channelId, toChannelId }: StoredRaid,
    { by, state }: { by: string; state: "cancelled" | "declined" },
  ): Promise<void> {
    try {
      await act(channelId, await asker(channelId, by), { act: "raid-end", raid, state });
      tellModerators(bus, { channelId: toChannelId, frame: { type: "raid_coming", raid: { ...raid, state } } });
    } catch (error) {
      if (!(error instanceof Refusal && error.code === "not_found")) throw error;
    }
  }
}

/** Throws Refusal `raid_refused`, `raid_target_offline`. */
function mayCome({ settings, follows, isBlocked, isLive }: RaidTarget, viewers: number) {
  const { accept, viewersMin, whileOffline } = settings;
  if (isBlocked || accept === "off" || (accept === "followed" && !follows) || viewers < viewersMin)
    throw new Refusal("raid_refused");
  if (!isLive && !whileOffline) throw new Refusal("raid_target_offline");
}
