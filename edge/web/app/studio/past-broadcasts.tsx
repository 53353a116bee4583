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
import { words } from "../words/studio.ts";

const PAGE_LENGTH = 20;
/** The list is written a moment after the state has changed. */
const WRITTEN_AFTER_MS = 5_000;

export const WHY: Record<NonNullable<BroadcastView["endReason"]>, string> = {
  stopped: words.stopped,
  encoder_gone: words.encoderGone,
  limit: words.byLimit,
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
    <section class="panel" aria-label={words.broadcasts}>
      <div class="panel-body">
        <ListState list={list}>{words.noBroadcasts}</ListState>
        {items.length > 0 ? (
          <Table caption={words.broadcastsCaption} columns={COLUMNS} rows={items} keyOf={({ id }) => id} list={list} />
        ) : null}
      </div>
    </section>
  );
}

const COLUMNS: readonly Column<BroadcastView>[] = [
  {
    word: words.started,
    cell: ({ startedAt }) => (
      <time dateTime={startedAt} title={dateText(startedAt)}>
        {momentText(startedAt)}
      </time>
    ),
  },
  { word: words.title, isWide: true, cell: ({ title }) => <span dir="auto">{title || words.unknown}</span> },
  { word: words.length, isFigure: true, cell: lengthText },
  {
    word: words.peakViewers,
    isFigure: true,
    cell: ({ viewersPeak }) => viewersPeak?.toLocaleString("en") ?? words.unknown,
  },
  {
    word: words.average,
    isFigure: true,
    cell: ({ viewersAverage }) => viewersAverage?.toLocaleString("en", { maximumFractionDigits: 1 }) ?? words.unknown,
  },
  {
    word: words.howItEnded,
    cell: ({ endReason, endedAt }) => (endReason ? WHY[endReason] : endedAt === null ? words.onAir : words.notKnown),
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
