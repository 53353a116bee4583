// Serves the card of a person of schema/api/room-people.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { type PersonCardView, readPersonCard } from "#schema/api/room-people.ts";
import { bansOf, moderationLog } from "#schema/queries/chat/moderation.ts";
import { newestLinesOf, type PersonRow, personRow } from "#schema/queries/chat/person-card.ts";
import { notesAbout } from "#schema/queries/chat/person-notes.ts";
import { suspicionsIn } from "#schema/queries/chat/suspicions.ts";
import { openWarning } from "#schema/queries/chat/warnings.ts";
import { NOTES_MAX } from "#schema/wire/chat-limits.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { banView, logView } from "../moderation-views.ts";
import type { RoomActs } from "../room-acts.ts";
import { noteView } from "./notes.ts";
import { suspicionView } from "./suspicion-view.ts";
import { warningView } from "./warnings.ts";

const LINES_SHOWN = 20;
const HISTORY_SHOWN = 50;

export function personCardRoutes({ database }: EdgeWorld, { person }: RoomActs): Served[] {
  const { sql } = database;

  return [
    serve(readPersonCard, async ({ channel, params }) => {
      const { id: userId } = await person(channel.id, params.login);
      const about = { channelId: channel.id, userId };
      const [row, [ban], warning, [suspicion], notes, lines, history] = await Promise.all([
        personRow(sql, about),
        bansOf(sql, { ...about, limit: 1 }),
        openWarning(sql, about),
        suspicionsIn(sql, { ...about, limit: 1 }),
        notesAbout(sql, { ...about, limit: NOTES_MAX }),
        newestLinesOf(sql, { ...about, limit: LINES_SHOWN }),
        moderationLog(sql, { channelId: channel.id, targetId: userId, beforeId: null, limit: HISTORY_SHOWN }),
      ]);
      // The account was deleted in the meantime.
      if (!row) throw new Refusal("not_found");
      return {
        ...personView(row),
        ban: ban ? banView(ban) : null,
        warning: warning && warningView(warning),
        suspicion: suspicion ? suspicionView(suspicion) : null,
        notes: notes.map(noteView),
        lines,
        history: history.map(logView),
      };
    }),
  ];
}

function personView(row: PersonRow): Pick<PersonCardView, "user" | "createdAt" | "followedAt" | "roles" | "counts"> {
  const { id, login, displayName, pictureUrl, createdAt, followedAt } = row;
  const { lines, timeouts, bans, warnings, deleted } = row;
  return {
    user: { id, login, displayName, pictureUrl },
    createdAt: createdAt.toISOString(),
    followedAt: followedAt?.toISOString() ?? null,
    roles: [...(row.isOwner ? ["broadcaster"] : []), ...(row.role === "user" ? [] : [row.role]), ...row.roles],
    counts: { lines, timeouts, bans, warnings, deleted },
  };
}
