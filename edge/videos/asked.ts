// The video or the channel that a request names, with what the asker may do with it.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Sql } from "#schema/database.ts";
import { accessTo } from "#schema/queries/people/access.ts";
import { type VideoRow, videoById } from "#schema/queries/videos/videos.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { Grant } from "../playback/token.ts";
import { standingOf } from "./rights.ts";

/** Throws Refusal `not_found` for what the asker may not know of. */
export async function seenVideo(sql: Sql, id: string, asker: Who | null): Promise<VideoRow> {
  const row = await videoById(sql, { id, askerId: asker?.userId ?? null });
  if (!row || !standingOf(row, asker).sees) throw new Refusal("not_found");
  return row;
}

/** Throws Refusal: `not_found`, `followers_only`. */
export async function watchedVideo(sql: Sql, id: string, asker: Who | null): Promise<VideoRow & { grant: Grant }> {
  const row = await seenVideo(sql, id, asker);
  const { grant } = standingOf(row, asker);
  if (grant === null) throw new Refusal("followers_only");
  return { ...row, grant };
}

/** Throws Refusal: `not_found`, `forbidden`. */
export async function keptVideo(sql: Sql, id: string, who: Who): Promise<VideoRow> {
  const row = await seenVideo(sql, id, who);
  if (!standingOf(row, who).keeps) throw new Refusal("forbidden");
  return row;
}

/** A channel whose videos or clips are listed. `keeps`: the asker sees all of them. Throws Refusal `not_found`. */
export async function listedChannel(
  sql: Sql,
  reference: string,
  asker: Who | null,
): Promise<{ id: string; keeps: boolean }> {
  const { channel } = await accessTo(sql, reference, asker?.userId ?? null);
  if (!channel) throw new Refusal("not_found");
  const { ownerUserId, roles, channelSuspended: suspended } = channel;
  const nothing = { follows: false, blocked: false, visibility: "public", status: "ready" } as const;
  const { keeps, sees } = standingOf({ ownerUserId, roles, suspended, ...nothing }, asker);
  if (!sees) throw new Refusal("not_found");
  return { id: channel.id, keeps };
}
