// Serves schema/api/announcements.ts.

import { announce } from "#schema/api/announcements.ts";
import type { NoticeEntry } from "#schema/api/chat.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import type { RoomActs } from "../room-acts.ts";

export function announcementRoutes({ clock }: EdgeWorld, { act, asker }: RoomActs): Served[] {
  return [
    serve(announce, async ({ who, channel, body }): Promise<NoticeEntry> => {
      const { id, login, displayName, ...person } = await asker(channel.id, who.userId);
      const said = { body: body.body.trim(), color: body.color ?? "primary" } as const;
      const by = { id, login, displayName };
      const { seq, at } = await act(channel.id, { ...by, ...person }, { act: "announce", ...said });
      return {
        seq,
        at: at ?? new Date(clock.wallMs()).toISOString(),
        kind: "notice",
        code: "announcement",
        ...said,
        by,
      };
    }),
  ];
}
