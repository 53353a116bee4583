// Twelve plots of the running system in four rows, with one range of time and one cursor for all.

import { useSignal } from "@preact/signals";
import type { MetricSpan, MetricsView } from "#schema/api/observation.ts";
import { Choice } from "../ui/choice.tsx";
import { Panel } from "../ui/panel.tsx";
import { Plot } from "../ui/plot.tsx";
import type { PlotReading } from "../ui/use-plot-reader.ts";
import { plotRows, words } from "../words/observation.ts";
import { AwayStores } from "./away-stores.tsx";
import { metricPlots } from "./metric-plots.ts";
import { PolledState } from "./polled-state.tsx";
import { usePolled } from "./use-polled.ts";

const EVERY_MS = 5_000;

export function Metrics() {
  const span = useSignal<MetricSpan>("15");
  const reading = useSignal<PlotReading | null>(null);
  const metrics = usePolled<MetricsView>(`/admin/metrics?minutes=${span.value}`, EVERY_MS);
  const view = metrics.value;
  if (view && !view.isCollecting)
    return (
      <div class="panel empty">
        <p>
          <strong>{words.nothingCollected}</strong>
        </p>
        <p>{words.nothingCollectedText}</p>
      </div>
    );
  const plots = view ? metricPlots(view, span.value) : new Map();
  return (
    <>
      <AwayStores />
      <div class="filters">
        <Choice id="span" label={words.span} value={span} options={words.spans} />
        {view ? (
          <p class="muted metric-sources">
            {words.askedProcesses}:{" "}
            {view.sources.map(({ name, answers }) => (answers ? name : words.silentProcess(name))).join(", ")}
          </p>
        ) : null}
      </div>
      <PolledState polled={metrics} />
      {view
        ? plotRows.map(([title, ids]) => (
            <Panel key={title} id={`row-${ids[0]}`} title={title}>
              <div class="plots">
                {ids.map((id) => {
                  const plot = plots.get(id);
                  return plot ? <Plot key={id} {...plot} reading={reading} /> : null;
                })}
              </div>
            </Panel>
          ))
        : null}
    </>
  );
}
