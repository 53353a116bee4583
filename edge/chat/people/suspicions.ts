// Serves the routes for suspicious people of schema/api/room-people.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { clearSuspicion, listSuspicions, setSuspicion } from "#schema/api/room-people.ts";
import { markSuspicious, suspicionsIn } from "#schema/queries/chat/suspicions.ts";
import { loginCursor } from "../../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { tellModerators } from "../moderator-news.ts";
import type { RoomActs } from "../room-acts.ts";
import { suspicionView } from "./suspicion-view.ts";

export function suspicionRoutes({ database, bus }: EdgeWorld, { both }: RoomActs): Served[] {
  const { sql } = database;

  return [
    serve(listSuspicions, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const afterLogin = loginCursor.read(query.cursor)?.login ?? null;
      const rows = await suspicionsIn(sql, { channelId: channel.id, afterLogin, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const nextCursor = rows.length > limit ? loginCursor.write(items.at(-1)!) : null;
      return { items: items.map(suspicionView), nextCursor };
    }),
    serve(setSuspicion, async ({ who, channel, params, body }) => {
      const { by, target } = await both(channel.id, who.userId, params.login);
      const { level = "likely" } = body;
      const about = { channelId: channel.id, userId: target.id };
      await markSuspicious(sql, { ...about, level, byUserId: by.id });
      const [row] = await suspicionsIn(sql, { ...about, limit: 1 });
      // Another moderator has cleared it by now.
      if (!row) throw new Refusal("not_found");
      const suspicion = suspicionView(row);
      tellModerators(bus, { channelId: channel.id, frame: { type: "suspicious", userId: target.id, suspicion } });
      return suspicion;
    }),
    serve(clearSuspicion, async ({ who, channel, params }) => {
      const { by, target } = await both(channel.id, who.userId, params.login);
      const about = { channelId: channel.id, userId: target.id };
      await markSuspicious(sql, { ...about, level: "cleared", byUserId: by.id });
      tellModerators(bus, { channelId: channel.id, frame: { type: "suspicious", userId: target.id, suspicion: null } });
    }),
  ];
}
