// Serves schema/api/chat.ts: a room's entries, from the database.

import { listMessages } from "#schema/api/chat.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { roomEntries } from "#schema/queries/chat/entries.ts";
import { numberField, orNull, pageCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";

/** The rest of the range, so that clients need not repeat the first query. */
const messagesCursor = pageCursor({ after: orNull(numberField), before: orNull(numberField) });

export function chatRoutes({ database }: EdgeWorld): Served[] {
  return [
    serve(listMessages, async ({ channel, query }) => {
      const { after, before } = messagesCursor.read(query.cursor) ?? rangeOf(query);
      const limit = pageLimit(query);
      // One more entry shows whether there is a next page.
      const found = await roomEntries(database.sql, {
        channelId: channel.id,
        limit: limit + 1,
        ...(after === null ? {} : { after }),
        ...(before === null ? {} : { before }),
      });
      const items = after === null ? found.slice(-limit) : found.slice(0, limit);
      const first = items[0];
      if (found.length <= limit || !first) return { items, nextCursor: null };
      const next = after === null ? { after, before: first.seq } : { after: items.at(-1)!.seq, before };
      return { items, nextCursor: messagesCursor.write(next) };
    }),
  ];
}

const rangeOf = ({ after, before }: { before?: number; after?: number }) => ({
  after: after ?? null,
  before: before ?? null,
});
