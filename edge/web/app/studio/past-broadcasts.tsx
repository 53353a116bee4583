// The history of broadcasts: when, how long, how many viewers, and why each ended.

import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { BroadcastHealth, BroadcastView } from "#schema/api/broadcasts.ts";
import { after } from "../clock.ts";
import { serverMs } from "../server-clock.ts";
import { dateText, momentText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { nowMs, uptimeText } from "../ui/ticker.ts";

const PAGE_LENGTH = 20;
/** The list is written a moment after the state has changed. */
const WRITTEN_AFTER_MS = 5_000;

export const WHY: Record<NonNullable<BroadcastView["endReason"]>, string> = {
  stopped: "Ended by hand",
  encoder_gone: "The encoder did not come back",
  limit: "A limit of this server",
};

interface PastBroadcastsProps {
  login: string;
  health: Signal<BroadcastHealth | null>;
}

export function PastBroadcasts({ login, health }: PastBroadcastsProps) {
  const list = useList<BroadcastView>(`/channels/${login}/broadcasts?limit=${PAGE_LENGTH}`);
  useReload(health.value, list.reload);
  const items = list.items.value ?? [];
  return (
    <section class="panel" aria-label="Broadcasts">
      <div class="panel-body">
        <ListState list={list}>None yet. Each broadcast is listed here, with its length and its viewers.</ListState>
        {items.length > 0 ? (
          <Table
            caption="Broadcasts, the newest first"
            columns={COLUMNS}
            rows={items}
            keyOf={({ id }) => id}
            list={list}
          />
        ) : null}
      </div>
    </section>
  );
}

const COLUMNS: readonly Column<BroadcastView>[] = [
  {
    word: "Started",
    cell: ({ startedAt }) => (
      <time dateTime={startedAt} title={dateText(startedAt)}>
        {momentText(startedAt)}
      </time>
    ),
  },
  { word: "Title", isWide: true, cell: ({ title }) => <span dir="auto">{title || "–"}</span> },
  { word: "Length", isFigure: true, cell: lengthText },
  { word: "Peak viewers", isFigure: true, cell: ({ viewersPeak }) => viewersPeak?.toLocaleString("en") ?? "–" },
  {
    word: "Average",
    isFigure: true,
    cell: ({ viewersAverage }) => viewersAverage?.toLocaleString("en", { maximumFractionDigits: 1 }) ?? "–",
  },
  {
    word: "How it ended",
    cell: ({ endReason, endedAt }) => (endReason ? WHY[endReason] : endedAt === null ? "On air" : "Not known"),
  },
];

function lengthText({ startedAt, endedAt }: BroadcastView): string {
  const endMs = endedAt === null ? serverMs(nowMs.value) : Date.parse(endedAt);
  return uptimeText(endMs - Date.parse(startedAt));
}

/** Loads the list again when a broadcast has begun or ended. */
function useReload(health: BroadcastHealth | null, reload: () => void) {
  const key = health ? `${health.startedAt} ${health.lastEnd?.endedAt}` : null;
  const known = useRef<string | null>(null);
  useEffect(() => {
    const changed = known.current !== null && known.current !== key;
    known.current = key ?? known.current;
    if (!changed) return;
    reload();
    return after(WRITTEN_AFTER_MS, reload);
  }, [key]);
}
