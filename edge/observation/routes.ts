// Serves schema/api/observation.ts, and what schema/api/cluster.ts says of edges and of logs.

import { Refusal } from "#runtime/actor/actor.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import { listEdges, setLogLevel } from "#schema/api/cluster.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { listErrors, listStreams, readMetrics } from "#schema/api/observation.ts";
import { livingAddresses } from "#schema/queries/operator/cluster.ts";
import { type ErrorGroupRow, newestErrors } from "#schema/queries/operator/error-groups.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { numberField, pageCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import { FiguresReader } from "../operator/process-figures.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import type { Target } from "./collector.ts";
import { edgeViews } from "./edges.ts";
import { changeLogLevel } from "./log-levels.ts";
import type { Observation } from "./observation.ts";
import { streamPage } from "./streams.ts";

const LEVEL_MINUTES = 30;

const errorsCursor = pageCursor({ lastAtMs: numberField, fingerprint: { pattern: "[0-9a-f]{16}", read: String } });

export function observationRoutes(
  world: EdgeWorld,
  { counts, observation }: { counts: Counts; observation: Observation },
): Served[] {
  const { database, caller, clock, log } = world;
  const { sql } = database;
  const figures = new FiguresReader(clock);
  const audit = createAudit(world);

  return [
    serve(readMetrics, ({ query }) => {
      const empty = { isCollecting: false, everyMs: 0, times: [], plots: [], sources: [] };
      return observation.collector?.view(query.minutes ?? "5") ?? empty;
    }),
    serve(listStreams, ({ query }) =>
      streamPage({ sql, counts, caller }, { limit: pageLimit(query), cursor: query.cursor ?? null }),
    ),
    serve(listErrors, async ({ query }) => {
      const limit = pageLimit(query);
      const from = errorsCursor.read(query.cursor);
      const before = from && { lastAt: new Date(from.lastAtMs), fingerprint: from.fingerprint };
      const rows = await newestErrors(sql, { before, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const nextCursor =
        rows.length > limit && last
          ? errorsCursor.write({ lastAtMs: last.lastAt.getTime(), fingerprint: last.fingerprint })
          : null;
      return { items: shown.map(errorView), nextCursor };
    }),
    serve(listEdges, async () => ({
      items: await edgeViews(observation.edges, figures, clock.wallMs()),
      nextCursor: null,
    })),
    serve(setLogLevel, async ({ params, body, who, address }) => {
      const target = await processNamed(params.node);
      const minutes = body.minutes ?? LEVEL_MINUTES;
      const { level } = body;
      await audit({
        actorId: who.userId,
        act: "node.log-level",
        target: target.name,
        address,
        detail: { level, minutes },
      });
      const state = await changeLogLevel(target, { level, forMs: minutes * 60_000 });
      log.info({ user: who.userId, peer: target.name, level, minutes }, "level of logs was changed by hand");
      return { name: target.name, ...state };
    }),
  ];

  /** An edge that is known here, or a living actor node. Throws Refusal `not_found`. */
  async function processNamed(name: string): Promise<Target> {
    const edge = observation.edges.find((one) => one.name === name);
    const found = edge ?? (await livingAddresses(sql, SILENT_MS)).find((node) => node.name === name);
    if (!found) throw new Refusal("not_found", "no process has that name");
    return found;
  }
}

const errorView = ({ firstAt, lastAt, ...row }: ErrorGroupRow) => ({
  ...row,
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
});
