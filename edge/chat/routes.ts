// GET /api/v1/channels/:channel/chat/messages: a room's entries over HTTP, from the store (contract §2).

import { Elysia, t } from "elysia";
import { type Page, page, pageLimit, strict } from "#schema/api/fields.ts";
import { roomEntries } from "#schema/queries/chat/entries.ts";
import type { Entry } from "#schema/wire/room.ts";
import { numberField, orNull, pageCursor } from "../gateway/requests/page-cursor.ts";
import { rules } from "../gateway/rules/access.ts";
import type { EdgeWorld } from "../world.ts";

const seq = t.String({ pattern: "^[0-9]{0,15}$", description: "a seq: a whole number" });
const messagesQuery = t.Object({ before: t.Optional(seq), after: t.Optional(seq), ...page }, strict);

/** The range that is left. What the first page was asked with need not be repeated. */
const messagesCursor = pageCursor({ after: orNull(numberField), before: orNull(numberField) });

/** Ascending. With `after` the oldest above it, else the newest below `before`; `nextCursor` goes on in the same direction. */
export function chatRoutes({ database }: EdgeWorld) {
  return new Elysia({ normalize: false }).use(rules).get(
    "/api/v1/channels/:channel/chat/messages",
    async ({ channel, query }): Promise<Page<Entry>> => {
      const { after, before } = messagesCursor.read(query.cursor) ?? rangeOf(query);
      const limit = pageLimit(query);
      // One more than asked tells whether there is a next page.
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
    },
    { query: messagesQuery, rule: { access: "all", limit: "read" } },
  );
}

function rangeOf({ after, before }: { before?: string; after?: string }) {
  const number = (text: string | undefined) => (text ? Number(text) : null);
  return { after: number(after), before: number(before) };
}
