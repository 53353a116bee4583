// The broadcasts on air: their sources, nodes and delay, and how to end one.

import { useSignal } from "@preact/signals";
import type { Page } from "#schema/api/fields.ts";
import type { StreamView } from "#schema/api/observation.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { countText, nowMs, uptimeText } from "../ui/ticker.ts";
import { words } from "../words/observation.ts";
import { faultWords } from "../words/studio.ts";
import { PolledState } from "./polled-state.tsx";
import { usePolled } from "./use-polled.ts";

const EVERY_MS = 10_000;
const SHOWN_MAX = 100;

export function Streams() {
  const streams = usePolled<Page<StreamView>>(`/admin/streams?limit=${SHOWN_MAX}`, EVERY_MS);
  const stopping = useSignal<StreamView["channel"] | null>(null);
  const { items, nextCursor } = streams.value ?? { items: null, nextCursor: null };
  const asked = stopping.value;
  const end = async ({ id }: StreamView["channel"]) => {
    await call(`/channels/${id}/broadcast/stop`, { method: "POST", body: {} });
    await streams.reload();
  };
  const columns: Column<StreamView>[] = [
    ...COLUMNS,
    {
      word: words.stop.replace("…", ""),
      cell: ({ channel }) => (
        <button type="button" class="button" onClick={() => (stopping.value = channel)}>
          {words.stop}
          <span class="sr-only"> {channel.displayName}</span>
        </button>
      ),
    },
  ];
  return (
    <>
      <PolledState polled={streams} />
      {items?.length === 0 ? (
        <div class="panel empty">
          <p>
            <strong>{words.nobodyLive}</strong>
          </p>
          <p>{words.nobodyLiveText}</p>
        </div>
      ) : null}
      {items && items.length > 0 ? (
        <section class="panel" aria-label={words.onAir}>
          <div class="panel-body">
            <Table
              caption={words.streamsCaption}
              columns={columns}
              rows={items}
              keyOf={({ broadcastId }) => broadcastId}
            />
            {nextCursor ? <p class="field-hint">{words.onlyNewest(items.length)}</p> : null}
          </div>
        </section>
      ) : null}
      {asked ? (
        <Confirm
          title={words.stopOne(asked.displayName)}
          word={words.stopWord}
          act={() => end(asked)}
          onClose={() => (stopping.value = null)}
        >
          {words.stopMeans}
        </Confirm>
      ) : null}
    </>
  );
}

const COLUMNS: readonly Column<StreamView>[] = [
  {
    word: words.channel,
    isWide: true,
    cell: ({ channel, title }) => (
      <>
        <a href={`/${channel.login}`}>
          <bdi>{channel.displayName}</bdi>
        </a>
        <br />
        <span class="muted">{title}</span>
      </>
    ),
    sortBy: ({ channel }) => channel.login,
  },
  {
    word: words.onAir,
    cell: ({ phase, startedAt }) => (
      <>
        <span class={phase === "live" ? "tag" : "tag tag-bad"}>{words.phases[phase]}</span>{" "}
        <time dateTime={startedAt}>{uptimeText(nowMs.value - Date.parse(startedAt))}</time>
      </>
    ),
    sortBy: ({ startedAt }) => startedAt,
  },
  {
    word: words.viewers,
    isFigure: true,
    cell: ({ viewers }) => countText(viewers),
    sortBy: ({ viewers }) => viewers,
  },
  { word: words.source, cell: ({ health }) => <Source health={health} /> },
  {
    word: words.rungs,
    cell: ({ health }) =>
      health === null ? words.unknown : health.rungs.length === 0 ? words.noRungs : health.rungs.join(", "),
  },
  {
    word: words.delay,
    isFigure: true,
    cell: ({ health }) => (health?.delayMs ? words.seconds(health.delayMs.p50) : words.unknown),
    sortBy: ({ health }) => health?.delayMs?.p50 ?? 0,
  },
  { word: words.node, cell: ({ node }) => node ?? words.noNode, sortBy: ({ node }) => node ?? "" },
  {
    word: words.problems,
    isWide: true,
    cell: ({ health }) =>
      (health?.warnings ?? []).map((code) => faultWords[code as keyof typeof faultWords] ?? code).join("; "),
  },
];

function Source({ health }: Pick<StreamView, "health">) {
  if (!health) return <span class="muted">{words.noAnswer}</span>;
  const { width, height, fps, bitrateKbps, restarts } = health;
  return (
    <>
      {width !== null && height !== null ? words.picture(width, height, fps) : words.unknown}
      {bitrateKbps === null ? null : <span class="muted"> {words.kilobits(bitrateKbps)}</span>}
      {restarts > 0 ? <span class="muted"> {words.restarts(restarts)}</span> : null}
    </>
  );
}
