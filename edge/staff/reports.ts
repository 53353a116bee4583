// Serves `/api/v1/admin/reports` of schema/api/reports.ts: the queue of reports, for staff.

import { Refusal } from "#runtime/actor/actor.ts";
import type { LineEntry } from "#schema/api/chat.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { dismissReport, listReports, type ReportView, readReport, resolveReport } from "#schema/api/reports.ts";
import type { BodyOf } from "#schema/api/route.ts";
import type { Sql } from "#schema/database.ts";
import { roomEntries } from "#schema/queries/chat/entries.ts";
import { handleReport, linesOfUser, type ReportRow, reportById, reportsList } from "#schema/queries/people/reports.ts";
import { inTransaction } from "#schema/transaction.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { idCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { EdgeWorld } from "../world.ts";
import { audit } from "./audit-log.ts";
import { reportView } from "./views.ts";

/** Lines before and after a reported one. */
const AROUND = 10;

export function reportQueueRoutes({ clock, database, random }: EdgeWorld): Served[] {
  const { sql } = database;

  return [
    serve(listReports, async ({ query }) => {
      const limit = pageLimit(query);
      if (query.target && !isUuid(query.target))
        throw new FieldRefusal([{ path: "target", message: "id of a channel, line or user" }]);
      const rows = await reportsList(sql, {
        status: query.status ?? null,
        kind: query.kind ?? null,
        targetId: query.target ?? null,
        afterId: idCursor.read(query.cursor)?.id ?? null,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map(reportView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
    serve(readReport, async ({ params }) => {
      const row = await found(params.id);
      return { ...reportView(row), context: await contextOf(sql, row) };
    }),
    serve(resolveReport, ({ params, ...handling }) => handle("resolved", params.id, handling)),
    serve(dismissReport, ({ params, ...handling }) => handle("dismissed", params.id, handling)),
  ];

  async function found(id: string): Promise<ReportRow> {
    const row = await reportById(sql, id);
    if (!row) throw new Refusal("not_found");
    return row;
  }

  async function handle(
    status: "resolved" | "dismissed",
    id: string,
    { who, address, body }: { who: Who; address: string; body: BodyOf<typeof resolveReport> },
  ): Promise<ReportView> {
    const { note, all = false } = body;
    const { aboutId, targetId } = await found(id);
    if (aboutId === who.userId) throw new Refusal("forbidden", "a report about yourself is handled by others");
    await inTransaction(sql, async (sql) => {
      const handled = await handleReport(sql, { id, status, handledBy: who.userId, note, all });
      if (handled.length === 0) throw new Refusal("already_handled");
      await audit(sql, {
        id: random.uuid(clock.wallMs()),
        actorId: who.userId,
        act: `report.${status}`,
        target: id,
        address,
        detail: { note, about: targetId, count: handled.length },
      });
    });
    return reportView(await found(id));
  }
}

/** Context for the decision: the lines around a reported one, a user's last lines there, or a channel's newest lines. */
async function contextOf(sql: Sql, { kind, channelId, targetId, evidence }: ReportRow): Promise<LineEntry[]> {
  if (!channelId) return [];
  if (evidence?.kind === "line") {
    const { seq } = evidence;
    const [before, after] = await Promise.all([
      roomEntries(sql, { channelId, before: seq + 1, limit: AROUND + 1 }),
      roomEntries(sql, { channelId, after: seq, limit: AROUND }),
    ]);
    return linesIn([...before, ...after]);
  }
  const limit = 2 * AROUND + 1;
  if (kind === "user") return linesOfUser(sql, { channelId, userId: targetId, limit });
  return linesIn(await roomEntries(sql, { channelId, limit }));
}

const linesIn = (entries: Awaited<ReturnType<typeof roomEntries>>) =>
  entries.filter((entry): entry is LineEntry => entry.kind === "line");
