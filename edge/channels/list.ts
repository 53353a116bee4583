// The list of channels: live or all, most watched or newest first.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import type { Sql } from "#schema/database.ts";
import { type ChannelRow, type Directory, listedChannels } from "#schema/queries/channels/channels.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { type CursorValue, numberField, oneOf, pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import type { ChannelViews } from "./view.ts";
import { viewersOf } from "./viewers.ts";

/** Sorted by `recent`, `viewers` is 0 and `id` is the broadcast's in a list of live channels, else the channel's. */
export const channelsCursor = pageCursor({ sort: oneOf("viewers", "recent"), viewers: numberField, id: uuidField });
type Cursor = CursorValue<typeof channelsCursor>;

/** Only the newest live channels, up to this many, are sorted by viewers. */
const LIVE_SORTED_MAX = 1_000;

interface ChannelsQuery {
  live: boolean | null;
  category: string | null;
  q: string | null;
  sort: "viewers" | "recent";
  limit: number;
  cursor: Cursor | null;
}

interface Entry {
  row: ChannelRow;
  viewers: number;
  cursor: Cursor;
}

/** By viewers: first the live channels, most watched first, then (unless `live` is true) the others, newest first. */
export async function channelPage(
  { sql, counts, views }: { sql: Sql; counts: Counts; views: ChannelViews },
  query: ChannelsQuery,
): Promise<Page<ChannelView>> {
  const { live, sort, limit, cursor } = query;
  const wanted = limit + 1; // One more shows whether there is a next page.
  const entries: Entry[] = [];
  if (sort === "viewers" && live !== false) {
    if (cursor?.sort !== "recent") entries.push(...(await mostWatched(wanted)));
    if (live === null && entries.length < wanted)
      entries.push(...(await newest(false, wanted - entries.length, cursor?.sort === "recent" ? cursor.id : null)));
  } else entries.push(...(await newest(live, wanted, cursor?.id ?? null)));

  const shown = entries.slice(0, limit);
  return {
    items: shown.map(({ row, viewers }) => views.channel(row, viewers)),
    nextCursor: entries.length > limit ? channelsCursor.write(shown.at(-1)!.cursor) : null,
  };

  async function mostWatched(count: number): Promise<Entry[]> {
    const rows = await ask({ live: true, beforeId: null, limit: LIVE_SORTED_MAX });
    const viewers = await viewersOf(
      counts,
      rows.map(({ id }) => id),
    );
    return rows
      .map((row, i) => entry(row, viewers[i]!, "viewers"))
      .sort((a, b) => order(a.cursor, b.cursor))
      .filter((one) => !cursor || order(cursor, one.cursor) < 0)
      .slice(0, count);
  }

  async function newest(isLive: boolean | null, count: number, beforeId: string | null): Promise<Entry[]> {
    const rows = await ask({ live: isLive, beforeId, limit: count });
    const viewers = await viewersOf(
      counts,
      rows.map(({ id }) => id),
    );
    return rows.map((row, i) => entry(row, viewers[i]!, "recent", isLive === true ? row.broadcastId! : row.id));
  }

  function ask(part: Pick<Directory, "live" | "beforeId" | "limit">): Promise<ChannelRow[]> {
    return listedChannels(sql, { category: query.category, q: query.q, ...part });
  }
}

const entry = (row: ChannelRow, viewers: number, sort: Cursor["sort"], id = row.id): Entry => ({
  row,
  viewers,
  cursor: { sort, viewers, id },
});

/** More viewers first, then the newer channel. */
const order = (a: Cursor, b: Cursor) => b.viewers - a.viewers || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
