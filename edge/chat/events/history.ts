// Serves schema/api/chat-history.ts: the search of a room's lines, and the export of its entries.

import { reason } from "#runtime/base/log.ts";
import { exportChat, searchMessages } from "#schema/api/chat-history.ts";
import { pageLimit } from "#schema/api/fields.ts";
import type { Sql } from "#schema/database.ts";
import { roomEntries } from "#schema/queries/chat/entries.ts";
import { searchLines } from "#schema/queries/chat/search.ts";
import { EXPORT_TYPE } from "#schema/wire/chat-export.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { numberField, pageCursor } from "../../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import { streamOf } from "../../gateway/text-stream.ts";
import type { EdgeWorld } from "../../world.ts";

const PAGE_LENGTH = 500;
const EXPORTS: Limit = { name: "chat exports", count: 5, perMs: 3_600_000, whenAway: "memory" };

const searchCursor = pageCursor({ atMs: numberField, seq: numberField }, { mark: "s." });

export function historyRoutes({ database, log }: EdgeWorld, { limiter }: { limiter: Limiter }): Served[] {
  const { sql } = database;
  return [
    serve(searchMessages, async ({ channel, query }) => {
      const { q = "", by = null, from, to } = query;
      const before = searchCursor.read(query.cursor);
      const range = { from: momentOf(from, "from"), to: momentOf(to, "to") };
      const login = by?.toLowerCase() ?? null;
      const limit = pageLimit(query);
      const { lines, next } = await searchLines(sql, { channelId: channel.id, q, login, ...range, before, limit });
      return {
        items: lines,
        nextCursor: next && searchCursor.write(next),
        searchedBackTo: next && new Date(next.atMs).toISOString(),
      };
    }),
    serve(exportChat, async ({ channel, who, set }) => {
      await limiter.enforce(EXPORTS, who.userId, set.headers);
      log.info({ channel: channel.id, user: who.userId }, "chat exported");
      set.headers["content-type"] = `${EXPORT_TYPE}; charset=utf-8`;
      set.headers["content-disposition"] = `attachment; filename="${channel.login}-chat.ndjson"`;
      const text = streamOf(exportText(sql, channel.id), (error) =>
        log.warn({ channel: channel.id, reason: reason(error) }, "chat export broke off"),
      );
      return new Response(text, { headers: set.headers as Record<string, string> });
    }),
  ];
}

/** One entry a line, a page at a time. */
async function* exportText(sql: Sql, channelId: string): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const entries = await roomEntries(sql, { channelId, after, limit: PAGE_LENGTH });
    if (entries.length > 0) yield `${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`;
    if (entries.length < PAGE_LENGTH) return;
    after = entries.at(-1)!.seq;
  }
}

/** Throws FieldRefusal for a day that is in no calendar. */
function momentOf(text: string | undefined, path: string): Date | null {
  if (text === undefined || text === "") return null;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new FieldRefusal([{ path, message: "a time, RFC 3339" }]);
  return new Date(ms);
}
