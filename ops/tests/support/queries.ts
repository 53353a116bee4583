// The queries of rules and dashboards: what they ask for, and whether they can be parsed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parser as logQl } from "@grafana/lezer-logql";
import { parser as promQl } from "@prometheus-io/lezer-promql";
import { dashboards } from "#ops/monitoring/dashboards/all.ts";

const RULES = join(import.meta.dir, "../../monitoring/rules");

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface RuleFile {
  groups: { name: string; rules: Rule[] }[];
}

export interface NamedQuery {
  /** For a message: `alert PostgresAway`. */
  where: string;
  language: "promql" | "logql";
  expr: string;
}

/** A metric as a query selects it. */
export interface Selected {
  metric: string;
  /** Labels by which it is selected. */
  labels: string[];
}

export const readYaml = (file: string): unknown => Bun.YAML.parse(readFileSync(file, "utf8"));

export const ruleFile = (name: "recording" | "alerts") => readYaml(join(RULES, `${name}.yml`)) as RuleFile;

export const rules = (): Rule[] =>
  [ruleFile("recording"), ruleFile("alerts")].flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));

export const allQueries = (): NamedQuery[] => [
  ...rules().map(({ record, alert, expr }) => ({
    where: alert ? `alert ${alert}` : `rule ${record}`,
    language: "promql" as const,
    expr,
  })),
  ...dashboards.flatMap(({ uid, rows }) =>
    rows.flatMap(([, panels]) =>
      panels.flatMap(({ title, kind, queries }) =>
        queries.map(({ expr }) => ({
          where: `dashboard ${uid}, ${title}`,
          language: kind === "logs" ? ("logql" as const) : ("promql" as const),
          expr,
        })),
      ),
    ),
  ),
];

/** Places that cannot be parsed, as text; empty: none. */
export function parseFaults({ language, expr }: Pick<NamedQuery, "language" | "expr">): string[] {
  const faults: string[] = [];
  (language === "promql" ? promQl : logQl).parse(expr).iterate({
    enter({ type, from, to }) {
      if (type.isError) faults.push(`at ${from}: ${expr.slice(from, Math.max(to, from + 12))}`);
    },
  });
  return faults;
}

/** The metrics that a PromQL expression selects. */
export function selected(expr: string): Selected[] {
  const found: Selected[] = [];
  promQl.parse(expr).iterate({
    enter({ name, from, to }) {
      const text = expr.slice(from, to);
      if (name === "VectorSelector") found.push({ metric: "", labels: [] });
      else if (name === "Identifier" && found.at(-1)?.metric === "") found.at(-1)!.metric = text;
      else if (name === "UnquotedLabelMatcher") found.at(-1)?.labels.push(/^\w+/.exec(text)?.[0] ?? "");
    },
  });
  return found;
}

/** The metric that a series of a histogram belongs to. */
export const metricOfSeries = (name: string) => name.replace(/_(?:bucket|count|sum)$/, "");

/** What Prometheus itself adds, and what processes write that are not part of every installation. */
export const EXTERNAL = new Set(["up", "ALERTS", "backup_last_success_timestamp_seconds"]);
/** Labels that Prometheus adds to every metric. */
export const TARGET_LABELS = new Set(["job", "instance", "le", "service"]);
