// Serves schema/api/warnings.ts. The sockets of the person are told like of changed roles: a warning is part of how they stand in the room.

import { Refusal } from "#runtime/actor/actor.ts";
import { acknowledgeWarning, readMyWarning, type WarningView, warn } from "#schema/api/warnings.ts";
import { openWarning, type WarningRow } from "#schema/queries/chat/warnings.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { byView } from "../moderation-views.ts";
import type { RoomActs } from "../room-acts.ts";

interface WarningParts {
  acts: RoomActs;
  /** Called when a user has a warning in a channel, or none any more. */
  standingChanged(channelId: string, userId: string): void;
}

export function warningRoutes({ database }: EdgeWorld, { acts, standingChanged }: WarningParts): Served[] {
  const { sql } = database;
  const { act, asker, both } = acts;

  return [
    serve(warn, async ({ who, channel, params, body }) => {
      const { by, target } = await both(channel.id, who.userId, params.login);
      const about = { channelId: channel.id, userId: target.id };
      const { id } = await act(channel.id, by, { act: "warn", userId: target.id, reason: body.reason });
      standingChanged(channel.id, target.id);
      const row = await openWarning(sql, { ...about, id });
      // The account was deleted in the meantime.
      if (!row) throw new Refusal("not_found");
      return warningView(row);
    }),
    serve(readMyWarning, async ({ who, channel }) => {
      const row = await openWarning(sql, { channelId: channel.id, userId: who.userId });
      return { warning: row && { id: row.id, at: row.at.toISOString(), reason: row.reason } };
    }),
    serve(acknowledgeWarning, async ({ who, channel }) => {
      const about = { channelId: channel.id, userId: who.userId };
      if (!(await openWarning(sql, about))) return;
      await act(channel.id, await asker(channel.id, who.userId), { act: "acknowledge", userId: who.userId });
      standingChanged(channel.id, who.userId);
    }),
  ];
}

export const warningView = ({ id, at, reason, ...row }: WarningRow): WarningView => ({
  id,
  at: at.toISOString(),
  by: byView(row),
  reason,
});
