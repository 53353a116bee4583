// Grafana's panels and dashboards as values: only what ours use, in the shape of schema version 39 (Grafana 10.4 and later read it).

export interface Query {
  expr: string;
  /** Name of the line: `{{instance}}`. */
  legend: string;
}

/** Units as Grafana names them. */
export type Unit = "short" | "s" | "bytes" | "Bps" | "percentunit" | "reqps" | "cps" | "none";

interface PanelOptions {
  title: string;
  /** What it shows, and what to look for. */
  about: string;
  unit: Unit;
  /** One PromQL expression, or several with names. */
  queries: string | readonly Query[];
  /** From this value on the figure is shown as a warning; the second one: as bad. */
  limits?: readonly [warn: number, bad: number];
}

export interface Panel {
  kind: "lines" | "figure" | "logs";
  title: string;
  about: string;
  unit: Unit;
  queries: readonly Query[];
  limits: readonly [warn: number, bad: number] | null;
}

export interface Dashboard {
  /** Part of its address and name of its file. */
  uid: string;
  title: string;
  about: string;
  rows: readonly (readonly [title: string, panels: readonly Panel[]])[];
  /** A text that panels use as `$channel`. */
  variable?: { name: string; label: string };
}

const queriesOf = (queries: PanelOptions["queries"]) =>
  typeof queries === "string" ? [{ expr: queries, legend: "" }] : queries;

const panel =
  (kind: Panel["kind"]) =>
  ({ queries, limits = undefined, ...options }: PanelOptions): Panel => ({
    ...options,
    kind,
    queries: queriesOf(queries),
    limits: limits ?? null,
  });

/** Lines over time. */
export const lines = panel("lines");
/** The newest value, large. */
export const figure = panel("figure");
/** Lines of logs, by LogQL. */
export const logs = (options: Pick<PanelOptions, "title" | "about"> & { query: string }): Panel => ({
  ...{ title: options.title, about: options.about, kind: "logs", unit: "none", limits: null },
  queries: [{ expr: options.query, legend: "" }],
});

/** A histogram's quantiles as queries. `by`: labels besides `le`. */
export function quantiles(metric: string, shares: readonly number[], where = "", by = ""): Query[] {
  const labels = by === "" ? "le" : `${by}, le`;
  return shares.map((share) => ({
    expr: `histogram_quantile(${share}, sum by (${labels}) (rate(${metric}_bucket${where}[5m])))`,
    legend: `${by === "" ? "" : `{{${by}}} `}p${share * 100}`,
  }));
}
