// The history of broadcasts: when, how long, how many viewers, and why each ended.

import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { BroadcastHealth, BroadcastView } from "#schema/api/broadcasts.ts";
import { after } from "../clock.ts";
import { serverMs } from "../server-clock.ts";
import { dateText, momentText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
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
          <table class="broadcasts">
            <caption class="sr-only">Broadcasts, the newest first</caption>
            <thead>
              <tr>
                <th scope="col">Started</th>
                <th scope="col">Title</th>
                <th scope="col" class="figure">
                  Length
                </th>
                <th scope="col" class="figure">
                  Peak viewers
                </th>
                <th scope="col" class="figure">
                  Average
                </th>
                <th scope="col">How it ended</th>
              </tr>
            </thead>
            <tbody>
              {items.map((broadcast) => (
                <Row key={broadcast.id} broadcast={broadcast} />
              ))}
            </tbody>
          </table>
        ) : null}
        <LoadMore list={list} />
      </div>
    </section>
  );
}

function Row({ broadcast: { title, startedAt, endedAt, endReason, viewersPeak, viewersAverage } }: RowProps) {
  const isOver = endedAt !== null;
  const endMs = isOver ? Date.parse(endedAt) : serverMs(nowMs.value);
  return (
    <tr>
      <td data-label="Started">
        <time dateTime={startedAt} title={dateText(startedAt)}>
          {momentText(startedAt)}
        </time>
      </td>
      <td data-label="Title" dir="auto">
        {title || "–"}
      </td>
      <td data-label="Length" class="figure">
        {uptimeText(endMs - Date.parse(startedAt))}
      </td>
      <td data-label="Peak viewers" class="figure">
        {viewersPeak?.toLocaleString("en") ?? "–"}
      </td>
      <td data-label="Average" class="figure">
        {viewersAverage?.toLocaleString("en", { maximumFractionDigits: 1 }) ?? "–"}
      </td>
      <td data-label="How it ended">{endReason ? WHY[endReason] : isOver ? "Not known" : "On air"}</td>
    </tr>
  );
}

interface RowProps {
  broadcast: BroadcastView;
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
