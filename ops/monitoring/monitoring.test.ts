// Rules and dashboards against the code: every query can be parsed, asks only for metrics and labels that exist, and each alert is in the
// runbook. Whether they work is tried by `npm run test:long -- monitoring`.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import {
  allQueries,
  EXTERNAL,
  metricOfSeries,
  parseFaults,
  readYaml,
  ruleFile,
  rules,
  selected,
  TARGET_LABELS,
} from "#ops/tests/support/queries.ts";
import { dashboards } from "./dashboards/all.ts";
import { dashboardJson } from "./dashboards/grafana.ts";

const ROOT = join(import.meta.dir, "../..");
const runbook = readFileSync(join(ROOT, "ops/README.md"), "utf8");
const alerts = ruleFile("alerts").groups.flatMap(({ rules }) => rules);

/** Labels by metric, as the code defines them. */
function metricsInCode(): Map<string, string[]> {
  const metrics = new Map<string, string[]>();
  for (const folder of ["runtime", "actors", "transcoding", "edge"])
    for (const file of new Glob(`${folder}/**/*.ts`).scanSync(ROOT)) {
      if (file.endsWith(".test.ts")) continue;
      const text = readFileSync(join(ROOT, file), "utf8");
      for (const [, name, rest = ""] of text.matchAll(
        /new (?:Counter|Gauge|Histogram)\(\{\s*name: "(\w+)",([\s\S]*?)\}\)/g,
      )) {
        const [, labels = ""] = /labelNames: \[([^\]]*)\]/.exec(rest) ?? [];
        metrics.set(
          name!,
          [...labels.matchAll(/"(\w+)"/g)].map(([, label]) => label!),
        );
      }
    }
  return metrics;
}

const known = metricsInCode();
const recorded = new Set(rules().flatMap(({ record }) => record ?? []));
const queries = allQueries();

test("every query can be parsed", () => {
  const faults = queries.flatMap((query) => parseFaults(query).map((fault) => `${query.where} ${fault}`));
  expect(faults).toEqual([]);
  expect(queries.length).toBeGreaterThan(100);
});

test("a query that is misspelt is found", () => {
  expect(parseFaults({ language: "promql", expr: "sum by (job (rate(x[5m]))" })).not.toEqual([]);
  expect(parseFaults({ language: "logql", expr: '{service="x" | channel="y"' })).not.toEqual([]);
  expect(selected('sum(rate(a_total{status=~"5.."}[5m])) / on(job) b unless job:c:rate5m offset 5m')).toEqual([
    { metric: "a_total", labels: ["status"] },
    { metric: "b", labels: [] },
    { metric: "job:c:rate5m", labels: [] },
  ]);
});

test("every query asks only for metrics that exist, by labels that they have", () => {
  const faults = queries
    .filter(({ language }) => language === "promql")
    .flatMap(({ where, expr }) =>
      selected(expr).flatMap(({ metric, labels }) => {
        if (EXTERNAL.has(metric) || recorded.has(metric)) return [];
        const name = known.has(metric) ? metric : metricOfSeries(metric);
        const has = known.get(name);
        if (!has) return [`${where}: no metric ${metric}`];
        return labels
          .filter((label) => !has.includes(label) && !TARGET_LABELS.has(label))
          .map((label) => `${where}: ${name} has no label ${label}`);
      }),
    );
  expect(faults).toEqual([]);
  expect(known.size).toBeGreaterThan(80);
});

test("every rule that records is asked for", () => {
  const asked = new Set(
    queries.flatMap(({ expr, language }) => (language === "promql" ? selected(expr) : [])).map(({ metric }) => metric),
  );
  expect([...recorded].filter((name) => !asked.has(name))).toEqual([]);
});

test("each alert has a heading in the runbook, which its message names, and each heading has its alert", () => {
  const section = runbook.slice(runbook.indexOf("\n## Alerts\n"), runbook.indexOf("\n## When something is wrong"));
  const headings = [...section.matchAll(/^### (\w+)$/gm)].map(([, name]) => name!);
  expect(headings.toSorted()).toEqual(alerts.map(({ alert }) => alert!).toSorted());
  for (const { alert, annotations, labels } of alerts) {
    expect(annotations?.runbook, alert).toBe(`ops/README.md#${alert!.toLowerCase()}`);
    expect(annotations?.summary, alert).toBeTruthy();
    expect(labels?.severity, alert).toBeOneOf(["page", "ticket"]);
    expect(section, alert).toContain(`### ${alert}\n\n**${labels?.severity}.**`);
  }
  expect(alerts.length).toBeGreaterThan(30);
});

test("each alert is tried by promtool: it fires, and it is over", () => {
  const { tests } = readYaml(join(import.meta.dir, "rules/tests/alerts.yml")) as {
    tests: { name: string; promql_expr_test?: { exp_samples: unknown[] }[] }[];
  };
  for (const { alert } of alerts) {
    const found = tests.find(({ name }) => name === alert)?.promql_expr_test ?? [];
    expect(
      found.map(({ exp_samples }) => exp_samples.length),
      alert,
    ).toEqual([1, 0]);
  }
});

test("the dashboards' files are as they are built, and each has its own address", () => {
  for (const dashboard of dashboards) {
    const file = join(import.meta.dir, `grafana/dashboards/${dashboard.uid}.json`);
    expect(readFileSync(file, "utf8"), `${dashboard.uid}: run bun ops/monitoring/dashboards/build.ts`).toBe(
      `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`,
    );
  }
  const files = [...new Glob("*.json").scanSync(join(import.meta.dir, "grafana/dashboards"))];
  expect(files.toSorted()).toEqual(dashboards.map(({ uid }) => `${uid}.json`).toSorted());
});

test("panels do not lie over each other, and each says what it shows", () => {
  for (const dashboard of dashboards) {
    const { panels } = dashboardJson(dashboard) as {
      panels: {
        type: string;
        title: string;
        description?: string;
        gridPos: { x: number; y: number; w: number; h: number };
      }[];
    };
    const cells = new Set<string>();
    for (const { type, title, description, gridPos } of panels) {
      if (type !== "row") expect(description, title).toBeTruthy();
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x} ${y}`), `${dashboard.uid}: ${title}`).toBeFalse();
          cells.add(`${x} ${y}`);
        }
    }
  }
});

test("all configuration is YAML with what the others refer to", () => {
  const read = (file: string) => readYaml(join(import.meta.dir, file)) as Record<string, never>;
  expect(read("prometheus.yml")).toMatchObject({ rule_files: ["rules/*.yml"] });
  expect(read("alertmanager.yml")).toMatchObject({ route: { receiver: "ticket" } });
  expect(read("loki.yml")).toMatchObject({ server: { http_listen_port: 3100 } });
  expect(readFileSync(join(import.meta.dir, "config.alloy"), "utf8")).toContain("http://loki:3100/loki/api/v1/push");
  const { datasources } = read("grafana/provisioning/datasources/datasources.yml") as unknown as {
    datasources: { uid: string }[];
  };
  expect(datasources.map(({ uid }) => uid)).toEqual(["prometheus", "loki", "alertmanager"]);
  expect(JSON.stringify(read("grafana/provisioning/dashboards/dashboards.yml"))).toContain("/etc/grafana/dashboards");
});
