// What admins see of the running system: figures over the last hour, broadcasts on air, logged errors (`/api/v1/admin/{metrics,streams,errors}`).

import { type Static, t } from "elysia";
import { page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, number, oneOf, orNull, pageOf, part, text } from "./shapes.ts";

/** Lengths of time that are plotted, minutes. The longest is all that is kept. */
export const METRIC_SPANS = ["5", "15", "60"] as const;
export type MetricSpan = (typeof METRIC_SPANS)[number];

const metricSeries = part({
  /** Names the line within its plot: `said`. */
  id: text,
  /** One for each time of `times`; null: not known. */
  values: t.Array(orNull(number)),
});

const metricPlot = answer("MetricPlot", { id: text, series: t.Array(metricSeries) });
export type MetricPlotView = Static<typeof metricPlot>;

export const metricsAnswer = answer("Metrics", {
  /** False: this edge collects nothing (`npm start -- --observe`, OBSERVE_EDGES), and the other fields are empty. */
  isCollecting: bool,
  /** Between two of `times`. */
  everyMs: number,
  times: t.Array(moment),
  plots: t.Array(metricPlot),
  /** The processes that are asked. */
  sources: t.Array(part({ name: text, answers: bool })),
});
export type MetricsView = Static<typeof metricsAnswer>;

export const readMetrics = route("GET /api/v1/admin/metrics", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({
    minutes: t.Optional(
      t.Union(
        METRIC_SPANS.map((span) => t.Literal(span)),
        { description: `one of ${METRIC_SPANS.join(", ")}` },
      ),
    ),
  }),
  answers: { 200: metricsAnswer },
  summary: "Figures of all processes over the last minutes",
});

const percentiles = part({ p50: number, p95: number });

export const streamAnswer = answer("Stream", {
  channel: part({ id, login: text, displayName: text }),
  title: text,
  broadcastId: id,
  phase: oneOf("live", "lost"),
  startedAt: moment,
  /** 0 while Redis is away. */
  viewers: count,
  /** Name of the node that owns the channel; null: none at the moment. */
  node: orNull(text),
  /** Null: its owner did not answer in time. */
  health: orNull(
    part({
      width: orNull(number),
      height: orNull(number),
      fps: orNull(number),
      bitrateKbps: orNull(number),
      restarts: count,
      rungs: t.Array(text),
      /** Codes of what is wrong with the source, as its streamer sees them. */
      warnings: t.Array(text),
      /** Behind the live edge, as players report it. */
      delayMs: orNull(percentiles),
    }),
  ),
});
export type StreamView = Static<typeof streamAnswer>;

export const listStreams = route("GET /api/v1/admin/streams", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(streamAnswer) },
  summary: "List broadcasts on air with their health, the latest started first",
});

export const errorGroupAnswer = answer("ErrorGroup", {
  /** Of what the errors say and where: the same on all nodes. */
  fingerprint: text,
  /** `fatal`: the process ended. */
  level: oneOf("error", "fatal"),
  message: text,
  reason: text,
  /** In the code; empty: not known. */
  place: text,
  stack: text,
  /** Of the newest one, like reason, stack, request and trace. */
  node: text,
  request: orNull(text),
  trace: orNull(text),
  count,
  firstAt: moment,
  lastAt: moment,
});
export type ErrorGroupView = Static<typeof errorGroupAnswer>;

export const listErrors = route("GET /api/v1/admin/errors", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(errorGroupAnswer) },
  summary: "List errors that processes logged, grouped, the newest first",
});
