// GET /api/v1/me/export: everything we keep of a person as one JSON document, written while it is read: no memory grows with it.

import { Elysia } from "elysia";
import { reason } from "#runtime/base/log.ts";
import type { Sql } from "#schema/database.ts";
import { EXPORT_LONG, exportParts } from "#schema/queries/accounts/exports.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Confirm } from "./confirm.ts";

export interface ExportParts {
  gateway: Gateway;
  limiter: Limiter;
  confirm: Confirm;
  audit: Audit;
}

const PAGE_LENGTH = 500;
/** Rows of one long part; over it the document says so by `truncated`. */
const PART_LENGTH_MAX = 2_000_000;
const EXPORTS: Limit = { name: "exports", count: 5, perMs: 3_600_000, whenAway: "memory" };

export function exportRoutes(world: EdgeWorld, { gateway, limiter, confirm, audit }: ExportParts) {
  const { database, log, clock } = world;
  return new Elysia({ prefix: "/api/v1/me", normalize: false }).use(rules).get(
    "/export",
    async ({ who, request, set }) => {
      const account = await confirm.own(who);
      await limiter.enforce(EXPORTS, account.id, set.headers as Record<string, string>);
      await audit({
        actorId: account.id,
        target: account.id,
        act: "user.exported",
        address: gateway.asked(request).address,
      });
      const text = exportText(database.sql, { userId: account.id, at: new Date(clock.wallMs()).toISOString() });
      set.headers["content-type"] = "application/json";
      set.headers["content-disposition"] = `attachment; filename="${account.login}.json"`;
      return new Response(
        streamOf(text, (error) => log.warn({ user: account.id, reason: reason(error) }, "export broke off")),
        { headers: set.headers as Record<string, string> },
      );
    },
    { rule: { access: "signed-in", limit: "write" } },
  );
}

/** The document in pieces of one page each. */
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

/** A page is read when the one before has been taken: a slow reader holds one page, not a cursor. */
function streamOf(text: AsyncGenerator<string>, broke: (error: unknown) => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        broke(error);
        controller.error(error); // A document without its end does not parse: nobody takes half for the whole.
      }
    },
    async cancel() {
      await text.return(undefined);
    },
  });
}
