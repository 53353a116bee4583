// Prometheus' and Alertmanager's own tools read our configuration, and try each rule.

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patient } from "#schema/testing-slowness.ts";
import { acceleratedRules } from "./accelerated.ts";

const MONITORING = join(import.meta.dir, "../../monitoring");
const file = (name: string) => join(MONITORING, name);

function run(...argv: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(argv);
  return { exitCode, text: `${stdout}${stderr}` };
}

test("promtool takes prometheus.yml and the rules", () => {
  const { exitCode, text } = run("promtool", "check", "config", file("prometheus.yml"));
  expect(exitCode, text).toBe(0);
  expect(text).toContain("rules found");
});

test(
  "each alert fires when its fault is there, and not when it is over",
  () => {
    const { exitCode, text } = run("promtool", "test", "rules", file("rules/tests/alerts.yml"));
    expect(exitCode, text).toBe(0);
  },
  patient(60_000),
);

test("a rule that is wrong is found by promtool, also one whose limit has moved", () => {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  try {
    const wrong = join(folder, "wrong.yml");
    writeFileSync(wrong, 'groups: [{name: a, rules: [{alert: A, expr: "sum(rate(x[5m])"}]}]');
    expect(run("promtool", "check", "rules", wrong).exitCode).not.toBe(0);
    const alerts = JSON.parse(acceleratedRules()) as { groups: { rules: { alert?: string; expr: string }[] }[] };
    for (const { rules } of alerts.groups)
      for (const rule of rules) if (rule.alert === "EdgeFull") rule.expr = rule.expr.replace("> 0.9", "> 9");
    writeFileSync(join(folder, "rules.json"), JSON.stringify(alerts));
    const moved = Bun.YAML.stringify({
      rule_files: ["rules.json"],
      evaluation_interval: "15s",
      tests: [
        {
          interval: "15s",
          input_series: [
            { series: 'chat_sockets{job="edge"}', values: "4900x20" },
            { series: 'chat_sockets_max{job="edge"}', values: "5000x20" },
          ],
          promql_expr_test: [
            { expr: 'count(ALERTS{alertname="EdgeFull"})', eval_time: "4m", exp_samples: [{ value: 1 }] },
          ],
        },
      ],
    });
    writeFileSync(join(folder, "test.yml"), moved);
    expect(run("promtool", "test", "rules", join(folder, "test.yml")).exitCode).not.toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("amtool takes alertmanager.yml, and sends pages and tickets to their receivers", () => {
  const config = file("alertmanager.yml");
  const { exitCode, text } = run("amtool", "check-config", config);
  expect(exitCode, text).toBe(0);
  const routed = (severity: string) =>
    run(
      "amtool",
      "config",
      "routes",
      "test",
      `--config.file=${config}`,
      `severity=${severity}`,
      "alertname=X",
    ).text.trim();
  expect([routed("page"), routed("ticket")]).toEqual(["page", "ticket"]);
});
