// GET /api/v1/channels/:channel/chat/messages: a room's entries over HTTP, from the store (contract §2).

import { Elysia, t } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { type Page, page, pageLimit, strict } from "#schema/api/fields.ts";
import { roomEntries } from "#schema/queries/chat/entries.ts";
import type { Entry } from "#schema/wire/room.ts";
import { rules } from "../gateway/rules/access.ts";
import type { EdgeWorld } from "../world.ts";

const seq = t.String({ pattern: "^[0-9]{0,15}$", description: "a seq: a whole number" });
const messagesQuery = t.Object({ before: t.Optional(seq), after: t.Optional(seq), ...page }, strict);

/** Ascending. With `after` the oldest above it, else the newest below `before`; `nextCursor` goes on in the same direction. */
export function chatRoutes({ database }: EdgeWorld) {
  return new Elysia({ normalize: false }).use(rules).get(
    "/api/v1/channels/:channel/chat/messages",
    async ({ channel, query }): Promise<Page<Entry>> => {
      const { after, before } = rangeOf(query);
      const limit = pageLimit(query);
      // One more than asked tells whether there is a next page.
      const found = await roomEntries(database.sql, {
        channelId: channel.id,
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
        ...(before === undefined ? {} : { before }),
      });
      const rising = after !== undefined;
      const items = rising ? found.slice(0, limit) : found.slice(-limit);
      const edge = rising ? items.at(-1) : items[0];
      const cursor = rising ? `after.${edge?.seq}${before === undefined ? "" : `.${before}`}` : `before.${edge?.seq}`;
      return { items, nextCursor: found.length > limit ? cursor : null };
    },
    { query: messagesQuery, rule: { access: "all", limit: "read" } },
  );
}

const CURSOR = /^(?:after\.(\d{1,15})(?:\.(\d{1,15}))?|before\.(\d{1,15}))$/;

/** A cursor says it all: what it was made with need not be repeated. */
function rangeOf(query: { cursor?: string; before?: string; after?: string }) {
  const number = (text: string | undefined) => (text ? Number(text) : undefined);
  if (!query.cursor) return { after: number(query.after), before: number(query.before) };
  const cursor = CURSOR.exec(query.cursor);
  if (!cursor) throw new Refusal("validation_failed", "cursor is the nextCursor of the page before");
  return { after: number(cursor[1]), before: number(cursor[2] ?? cursor[3]) };
}
