// `bun ops/monitoring/dashboards/build.ts`: writes the dashboards' JSON, which Grafana reads, into ../grafana/dashboards/.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dashboards } from "./all.ts";
import { dashboardJson } from "./grafana.ts";

const FOLDER = join(import.meta.dir, "../grafana/dashboards");

for (const dashboard of dashboards)
  writeFileSync(join(FOLDER, `${dashboard.uid}.json`), `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`);
console.log(`${dashboards.length} dashboards built`);
