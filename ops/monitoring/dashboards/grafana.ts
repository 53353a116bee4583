// The JSON of a dashboard, as Grafana provisions it from a file.

import type { Dashboard, Panel } from "./panels.ts";

const PROMETHEUS = { type: "prometheus", uid: "prometheus" };
const LOKI = { type: "loki", uid: "loki" };
const COLUMNS = 24;
const ROW_HEIGHT = 1;
/** Width and height in the grid. */
const SIZES: Record<Panel["kind"], readonly [width: number, height: number]> = {
  lines: [8, 8],
  figure: [4, 4],
  logs: [24, 10],
};

interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Panels stand from left to right; a row begins below everything before it. */
export function dashboardJson({ uid, title, about, rows, variable }: Dashboard): object {
  const panels: object[] = [];
  let y = 0;
  for (const [rowTitle, inRow] of rows) {
    panels.push(rowJson(panels.length + 1, rowTitle, { x: 0, y, w: COLUMNS, h: ROW_HEIGHT }));
    y += ROW_HEIGHT;
    let x = 0;
    let height = 0;
    for (const panel of inRow) {
      const [w, h] = SIZES[panel.kind];
      if (x + w > COLUMNS) [x, y, height] = [0, y + height, 0];
      panels.push(panelJson(panels.length + 1, panel, { x, y, w, h }));
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return {
    ...{
      uid,
      title,
      description: about,
      tags: ["twitchclone"],
      timezone: "browser",
      editable: false,
      schemaVersion: 39,
      version: 1,
    },
    ...{
      refresh: "15s",
      time: { from: "now-1h", to: "now" },
      graphTooltip: 1,
      fiscalYearStartMonth: 0,
      liveNow: false,
      style: "dark",
    },
    templating: { list: variable ? [variableJson(variable)] : [] },
    annotations: { list: [firingAlerts()] },
    links: [
      {
        title: "Dashboards",
        type: "dashboards",
        tags: ["twitchclone"],
        asDropdown: true,
        includeVars: false,
        keepTime: true,
      },
    ],
    panels,
  };
}

const rowJson = (id: number, title: string, gridPos: Place) => ({
  id,
  type: "row",
  title,
  gridPos,
  collapsed: false,
  panels: [],
});

function panelJson(id: number, panel: Panel, gridPos: Place) {
  const { kind, title, about, unit, queries, limits } = panel;
  const datasource = kind === "logs" ? LOKI : PROMETHEUS;
  return {
    ...{ id, title, description: about, gridPos, datasource },
    type: { lines: "timeseries", figure: "stat", logs: "logs" }[kind],
    targets: queries.map(({ expr, legend }, at) => ({
      ...{ refId: String.fromCharCode(65 + at), datasource, expr, legendFormat: legend || "__auto" },
      ...(kind === "figure" && { instant: true }),
    })),
    ...(kind === "logs"
      ? {
          options: {
            showTime: true,
            wrapLogMessage: true,
            sortOrder: "Descending",
            enableLogDetails: true,
            dedupStrategy: "none",
          },
        }
      : {
          fieldConfig: { defaults: { unit, thresholds: thresholds(limits), ...look(kind) }, overrides: [] },
          options: optionsOf(kind),
        }),
  };
}

const look = (kind: Panel["kind"]) =>
  kind === "lines"
    ? { min: 0, custom: { drawStyle: "line", lineWidth: 2, fillOpacity: 8, showPoints: "never", spanNulls: false } }
    : { noValue: "–" };

const optionsOf = (kind: Panel["kind"]) =>
  kind === "lines"
    ? {
        legend: { displayMode: "list", placement: "bottom", showLegend: true },
        tooltip: { mode: "multi", sort: "desc" },
      }
    : {
        reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
        colorMode: "value",
        graphMode: "area",
        textMode: "auto",
      };

const thresholds = (limits: Panel["limits"]) => ({
  mode: "absolute",
  steps: [
    { color: "green", value: null },
    ...(limits
      ? [
          { color: "orange", value: limits[0] },
          { color: "red", value: limits[1] },
        ]
      : []),
  ],
});

const variableJson = ({ name, label }: NonNullable<Dashboard["variable"]>) => ({
  ...{ name, label, type: "textbox", hide: 0, skipUrlSync: false, query: "" },
  ...{ current: { text: "", value: "" }, options: [{ text: "", value: "", selected: true }] },
});

/** Shown on every plot: when an alert fired. */
const firingAlerts = () => ({
  ...{ name: "Alerts", enable: true, iconColor: "red", datasource: PROMETHEUS },
  ...{ expr: 'ALERTS{alertstate="firing"}', titleFormat: "{{alertname}}", textFormat: "{{instance}}", step: "60s" },
});
