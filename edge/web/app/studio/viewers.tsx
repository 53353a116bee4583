// How many watch, as a number and as a plot over the time that this page is open.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import type { ChannelWatcher } from "../pages/channel-watcher.ts";
import { Panel } from "../ui/panel.tsx";
import { Plot } from "../ui/plot.tsx";
import type { PlotPoint } from "../ui/plot-shape.ts";
import { countText, nowMs } from "../ui/ticker.ts";
import { words } from "../words/studio.ts";
import { withViewers } from "./viewer-samples.ts";

const SPANS_MS = [5, 10, 30, 60, 120].map((minutes) => minutes * 60_000);
/** The channel is asked for each 15 s. */
const HOLE_MS = 40_000;

/** Null: off air, or not known. */
export const viewersOf = (channel: ChannelView | null): number | null =>
  channel?.live && channel.live.phase !== "preview" ? channel.live.viewers : null;

export function Viewers({ watcher }: { watcher: ChannelWatcher }) {
  const samples = useSignal<readonly PlotPoint[]>([]);
  useSignalEffect(() => {
    const state = watcher.state.value;
    const viewers = state.phase === "known" ? viewersOf(state.channel) : null;
    if (viewers !== null) samples.value = withViewers(samples.peek(), nowMs.value, viewers);
  });
  const points = samples.value;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const lengthMs = SPANS_MS.find((ms) => last.atMs - first.atMs <= ms) ?? SPANS_MS.at(-1)!;
  const highest = Math.max(...points.map(({ value }) => value ?? 0));
  return (
    <Panel
      id="viewers"
      title={words.viewers}
      mark={
        <span class="panel-fact">
          <strong>{countText(last.value ?? 0)}</strong> {words.peak(highest)}
        </span>
      }
    >
      {points.length > 1 ? (
        <Plot
          title={words.viewers}
          unit=""
          series={[{ word: words.viewers, points }]}
          span={{ fromMs: last.atMs - lengthMs, toMs: last.atMs }}
          topMin={4}
          digits={0}
          holeMs={HOLE_MS}
          endWord={words.now}
          isHeadless
        />
      ) : null}
      <p class="field-hint">{words.viewersCountYou}</p>
    </Panel>
  );
}
