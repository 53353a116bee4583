// The runbook against the code: it lists every metric and every verb, and none that does not exist.

import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";

const ROOT = join(import.meta.dir, "../..");
const runbook = await Bun.file(join(ROOT, "ops/README.md")).text();
/** A name that another file reads too is a constant. */
const METRIC = /(?:new (?:Counter|Gauge|Histogram)\(\{\s*name: |_METRIC = )"([a-z_]+)"/g;

async function metricsInCode(): Promise<string[]> {
  const names: string[] = [];
  for (const folder of ["runtime", "actors", "transcoding", "edge", "ops/backup"])
    for await (const file of new Glob(`${folder}/**/*.ts`).scan(ROOT))
      if (!file.endsWith(".test.ts"))
        names.push(...[...(await Bun.file(join(ROOT, file)).text()).matchAll(METRIC)].map(([, name]) => name!));
  return names.sort();
}

test("the runbook explains exactly the metrics that exist", async () => {
  const section = runbook.slice(runbook.indexOf("## Metrics"), runbook.indexOf("## Faults"));
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows
    .flatMap((row) => [...row.split(" | ")[0]!.matchAll(/`([a-z_]+)/g)].map(([, name]) => name!))
    .sort();
  expect(named).toEqual(await metricsInCode());
  expect(named.length).toBeGreaterThan(20);
});

test("the runbook lists every verb", async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts")], { stderr: "pipe" });
  const usage = (await new Response(child.stderr).text()).split("\n").slice(2).filter(Boolean);
  expect(usage.length).toBeGreaterThan(5);
  for (const line of usage) {
    const [verb] = line.trim().split(" ");
    expect(runbook).toMatch(new RegExp(`^\\| \`${verb}[ \`]`, "m"));
  }
});

test("the runbook has the section that the fault suite fills in", () => {
  expect(runbook).toMatch(/## Faults and recovery times\n[^#]*<!-- faults:begin -->\n[^#]*<!-- faults:end -->/);
});
