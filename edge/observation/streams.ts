// Broadcasts on air with their health, for admins. Each channel's owner is asked; one that does not answer in time has no health.

import type { Caller } from "#runtime/cluster/caller.ts";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import type { Page } from "#schema/api/fields.ts";
import type { StreamView } from "#schema/api/observation.ts";
import type { Sql } from "#schema/database.ts";
import { type StreamRow, streamsOnAir } from "#schema/queries/operator/streams.ts";
import { viewersOf } from "../channels/viewers.ts";
import type { Counts } from "../gateway/limits/counts.ts";
import { pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";

const HEALTH_WITHIN_MS = 1_500;

const streamsCursor = pageCursor({ id: uuidField }, { mark: "streams." });

interface StreamParts {
  sql: Sql;
  counts: Counts;
  caller: Caller;
}

/** Throws FieldRefusal for a malformed cursor. */
export async function streamPage(
  { sql, counts, caller }: StreamParts,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<Page<StreamView>> {
  const beforeId = streamsCursor.read(cursor)?.id ?? null;
  const rows = await streamsOnAir(sql, { beforeId, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const [viewers, healths] = await Promise.all([
    viewersOf(
      counts,
      shown.map(({ channelId }) => channelId),
    ),
    Promise.all(shown.map(({ channelId }) => healthOf(caller, channelId))),
  ]);
  const last = shown.at(-1);
  return {
    items: shown.map((row, at) => streamView(row, viewers[at] ?? 0, healths[at] ?? null)),
    nextCursor: rows.length > limit && last ? streamsCursor.write({ id: last.broadcastId }) : null,
  };
}

/** Null: no answer in time. */
const healthOf = (caller: Caller, channelId: string): Promise<BroadcastHealth | null> =>
  caller
    .call<BroadcastHealth>("channel", channelId, { type: "health" }, { timeoutMs: HEALTH_WITHIN_MS })
    .catch(() => null);

function streamView(row: StreamRow, viewers: number, health: BroadcastHealth | null): StreamView {
  const { channelId: id, login, displayName, title, broadcastId, phase, startedAt, node } = row;
  return {
    channel: { id, login, displayName },
    ...{ title, broadcastId, startedAt: startedAt.toISOString(), viewers, node },
    // A row may say `live` for seconds after its owner knows better.
    phase: health?.phase === "lost" ? "lost" : phase,
    health: health && {
      ...{ width: health.width, height: health.height, fps: health.fps, bitrateKbps: health.bitrateKbps },
      restarts: health.restarts,
      rungs: health.rungs ?? [],
      warnings: [...(health.problem ? [health.problem.code] : []), ...health.warnings.map(({ code }) => code)],
      delayMs: health.players?.latencyMs ?? null,
    },
  };
}
