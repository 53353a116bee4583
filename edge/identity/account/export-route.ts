// Exports all data of a person as one JSON document. It is streamed, so that its length costs no memory.

import { reason } from "#runtime/base/log.ts";
import { exportMe } from "#schema/api/me.ts";
import type { Sql } from "#schema/database.ts";
import { EXPORT_LONG, exportParts } from "#schema/queries/accounts/account-export.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import { streamOf } from "../../gateway/text-stream.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Reauthentication } from "./reauthentication.ts";

interface ExportRoutesParts {
  limiter: Limiter;
  reauthentication: Reauthentication;
  audit: Audit;
}

const PAGE_LENGTH = 500;
/** Rows of one long part; over it the document's `truncated` names the part. */
const PART_LENGTH_MAX = 2_000_000;
const EXPORTS: Limit = { name: "exports", count: 5, perMs: 3_600_000, whenAway: "memory" };

export function exportRoutes(world: EdgeWorld, { limiter, reauthentication, audit }: ExportRoutesParts): Served[] {
  const { database, log, clock } = world;
  return [
    serve(exportMe, async ({ who, address, set }) => {
      const account = await reauthentication.accountOf(who);
      await limiter.enforce(EXPORTS, account.id, set.headers);
      await audit({ actorId: account.id, target: account.id, act: "user.exported", address });
      const text = exportText(database.sql, { userId: account.id, at: new Date(clock.wallMs()).toISOString() });
      set.headers["content-type"] = "application/json";
      set.headers["content-disposition"] = `attachment; filename="${account.login}.json"`;
      return new Response(
        streamOf(text, (error) => log.warn({ user: account.id, reason: reason(error) }, "export broke off")),
        { headers: set.headers as Record<string, string> },
      );
    }),
  ];
}

/** The document, in chunks of one page each. */
async function* exportText(sql: Sql, { userId, at }: { userId: string; at: string }): AsyncGenerator<string> {
  yield `{"exportedAt":${JSON.stringify(at)}`;
  for await (const [name, value] of exportParts(sql, userId))
    yield `,\n${JSON.stringify(name)}:${JSON.stringify(value)}`;
  const truncated: string[] = [];
  for (const [name, read] of EXPORT_LONG) {
    yield `,\n${JSON.stringify(name)}:[`;
    let count = 0;
    let after: string | null = null;
    do {
      const page = await read(sql, { userId, after, limit: PAGE_LENGTH });
      const text = page.rows.map((row) => JSON.stringify(row)).join(",\n");
      if (text) yield count > 0 ? `,\n${text}` : text;
      count += page.rows.length;
      after = page.next;
    } while (after !== null && count < PART_LENGTH_MAX);
    if (after !== null) truncated.push(name);
    yield "]";
  }
  yield `,\n"truncated":${JSON.stringify(truncated)}}\n`;
}
