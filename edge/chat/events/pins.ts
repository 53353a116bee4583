// Serves schema/api/pins.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { pin, readPin, unpin } from "#schema/api/pins.ts";
import { lineToPin, pinOf } from "#schema/queries/chat/room-events.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import type { RoomActs } from "../room-acts.ts";

export function pinRoutes({ database }: EdgeWorld, { act, asker }: RoomActs): Served[] {
  const { sql } = database;
  return [
    serve(readPin, async ({ channel }) => ({ pinned: await pinOf(sql, channel.id) })),
    serve(pin, async ({ who, channel, body }) => {
      const { lineId, durationMs = null } = body;
      const line = await lineToPin(sql, { channelId: channel.id, lineId });
      if (!line) throw new Refusal("not_found");
      const { state } = await act(channel.id, await asker(channel.id, who.userId), { act: "pin", line, durationMs });
      return { pinned: state?.pinned ?? null };
    }),
    serve(unpin, async ({ who, channel }) => {
      await act(channel.id, await asker(channel.id, who.userId), { act: "unpin" });
    }),
  ];
}
