// The alerts of backups against the metrics and the runbook.

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
}

const FILE = join(import.meta.dir, "alerts.yml");
const rules = (Bun.YAML.parse(await Bun.file(FILE).text()) as Rules).groups.flatMap((group) => group.rules);

test("each alert asks for a metric that exists, and has a heading in the runbook", async () => {
  const metrics = await Bun.file(join(import.meta.dir, "metrics.ts")).text();
  const runbook = await Bun.file(join(import.meta.dir, "../README.md")).text();
  expect(rules.length).toBeGreaterThan(4);
  for (const { alert, expr } of rules) {
    for (const [name] of expr.matchAll(/backup_[a-z_]+/g)) expect(metrics, alert).toContain(`"${name}"`);
    expect(runbook, alert).toContain(`#### ${alert}\n`);
  }
});

test("promtool accepts the rules", () => {
  const promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].find(existsSync);
  if (!promtool) return; // Only where the package prometheus is installed.
  const { exitCode, stderr } = Bun.spawnSync([promtool, "check", "rules", FILE]);
  expect([exitCode, stderr.toString()]).toEqual([0, ""]);
});
