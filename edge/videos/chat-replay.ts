// The chat of a video: each line where its picture is, however often encoder and owner changed.

import type { Page } from "#schema/api/fields.ts";
import type { ReplayedLine } from "#schema/api/videos.ts";
import type { Sql } from "#schema/database.ts";
import { linesBetween } from "#schema/queries/videos/chat-replay.ts";
import type { Timeline } from "#schema/wire/timeline.ts";
import { numberField, pageCursor } from "../gateway/requests/page-cursor.ts";

const replayCursor = pageCursor({ atMs: numberField, seq: numberField }, { mark: "r." });

interface Replay {
  channelId: string;
  timeline: Pick<Timeline, "wallMs" | "mediaMs" | "endsAtMs" | "spans">;
  /** What was said while nothing of it was live is left out: it is put together of parts. */
  isCut: boolean;
  /** Positions in the video; `toMs` is not included. Null: from its beginning, to its end. */
  fromMs: number | null;
  toMs: number | null;
  cursor: string | undefined;
  limit: number;
}

/** Throws FieldRefusal for a malformed cursor. */
export async function replayedLines(
  sql: Sql,
  { channelId, timeline, isCut, fromMs, toMs, cursor, limit }: Replay,
): Promise<Page<ReplayedLine>> {
  const after = replayCursor.read(cursor);
  const [firstMs, endMs] = [timeline.wallMs(fromMs ?? 0), timeline.endsAtMs];
  if (firstMs === null || endMs === null) return { items: [], nextCursor: null };
  const lastMs = (toMs === null ? null : timeline.wallMs(toMs)) ?? endMs;
  const within = isCut ? timeline.spans : null;
  const lines = await linesBetween(sql, { channelId, fromMs: firstMs, toMs: lastMs, within, after, limit: limit + 1 });
  const items = lines
    .slice(0, limit)
    .map((line) => ({ ...line, offsetMs: Math.round(timeline.mediaMs(Date.parse(line.at))) }));
  const last = items.at(-1);
  const hasMore = lines.length > limit && last !== undefined;
  return { items, nextCursor: hasMore ? replayCursor.write({ atMs: Date.parse(last.at), seq: last.seq }) : null };
}
