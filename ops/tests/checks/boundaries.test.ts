// Who may import whom (design: Layout). The tables are the rule; the README draws the first.

import { expect, test } from "bun:test";
import { type Allowed, isTestCode, madeUp, type SourceFile, sourceFiles } from "./source-files.ts";

/** Of each top folder; itself always. */
const MAY: Record<string, string[]> = {
  schema: [],
  runtime: ["schema"],
  transcoding: ["runtime", "schema"],
  actors: ["transcoding", "runtime", "schema"],
  edge: ["runtime", "schema"],
  ops: ["actors", "edge", "transcoding", "runtime", "schema"],
};

/** Of product code within a folder that has a border of its own; itself always, everything else of ours never. */
const MAY_WITHIN: Record<string, string[]> = {
  "runtime/base": [],
  "runtime/bus": ["runtime/base", "schema"],
  "runtime/process": ["runtime/base", "schema"],
  "runtime/store": ["runtime/base", "schema"],
  "runtime/actor": ["runtime/base", "runtime/bus", "runtime/process", "runtime/store", "schema"],
  // Runs in browsers.
  "edge/web/app": ["edge/client", "edge/web/pages.ts", "schema/api", "schema/wire"],
  // Runs wherever its users run it. `edge/app.ts`: for the types of the routes.
  "edge/client": ["edge/app.ts", "schema/api", "schema/wire"],
};

/** What only these may import; itself always. */
const ONLY_FROM: Record<string, string[]> = {
  // The server bundles it by its path. The list of pages says how the app loads each.
  "edge/web/app": ["edge/web/pages.ts"],
  "ops/tests": [],
};

/** Shrinks only. */
const allowed: Allowed = {};

/** What several suites of `ops/tests` need stands in `support`: `ops/tests/e2e`, for a file of the end-to-end tests. */
const suiteOf = (path: string) => /^ops\/tests\/[^/]+(?=\/)/.exec(path)?.[0];
const SUPPORT = "ops/tests/support";

const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const OURS = new RegExp(`^(?:${Object.keys(MAY).join("|")})/`);

function brokenBorders(files: SourceFile[]): string[] {
  const broken: string[] = [];
  for (const { path, imports } of files)
    for (const target of imports.filter((name) => OURS.test(name))) {
      const isWithinAny = (folders: string[]) => folders.some((folder) => isWithin(target, folder));
      const [top = ""] = path.split("/");
      const inner = Object.keys(MAY_WITHIN).find((folder) => isWithin(path, folder));
      const closed = Object.keys(ONLY_FROM).find((folder) => isWithin(target, folder) && !isWithin(path, folder));
      const mayTop = isWithinAny([top, ...MAY[top]!]);
      const mayWithin = !inner || isTestCode(path) || isWithinAny([inner, ...MAY_WITHIN[inner]!]);
      const mayFrom = !closed || isTestCode(path) || ONLY_FROM[closed]!.includes(path);
      const mayTest = isTestCode(path) || !isTestCode(target);
      const suite = suiteOf(target);
      const maySuite = !suite || suite === SUPPORT || suite === suiteOf(path);
      if (!mayTop || !mayWithin || !mayFrom || !mayTest || !maySuite) broken.push(`${path} imports ${target}`);
    }
  return broken;
}

test("every import follows the tables", async () => {
  const files = await sourceFiles();
  expect(brokenBorders(files).sort()).toEqual(Object.keys(allowed).sort());
  expect(files.length).toBeGreaterThan(500);
});

test("an import over a border is found, types and test code included", () => {
  const files = madeUp({
    "schema/a.ts": 'import { clock } from "#runtime/base/clock.ts";',
    "edge/chat/a.ts": 'import type { Room } from "#actors/chat/room.ts";\nimport { world } from "../world.ts";',
    "runtime/base/a.ts": 'import { bus } from "../bus/bus.ts";\nimport { log } from "./log.ts";',
    "runtime/bus/a.ts": 'import { cell } from "../actor/cell.ts";',
    "runtime/actor/a.ts": 'import { host } from "../cluster/host.ts";\nimport { bus } from "../bus/bus.ts";',
    "edge/web/app/a.tsx": 'import { app } from "../../app.ts";\nimport { room } from "#schema/wire/room.ts";',
    "edge/web/server/a.ts": 'import { Home } from "../app/pages/home.tsx";',
    "edge/client/a.ts": 'import type { EdgeApi } from "../app.ts";\nimport { me } from "../channels/me.ts";',
    "edge/people/a.ts": 'import { testEdge } from "../testing.ts";',
    "edge/people/a.test.ts": 'import { testEdge } from "../testing.ts";\nimport { until } from "#ops/up/until.ts";',
    "ops/demo/a.ts": 'import { until } from "#ops/tests/support/until.ts";',
    "ops/up/a.test.ts": 'import { until } from "#ops/tests/support/until.ts";',
    "ops/tests/e2e/a.test.ts":
      'import { stage } from "../attacks/stage.ts";\nimport { until } from "../support/until.ts";',
    "ops/tests/support/a.ts": 'import { show } from "../faults/show.ts";\nimport { until } from "./until.ts";',
    "ops/tests/faults/acts/a.ts": 'import { show } from "../show.ts";',
    "ops/nginx/a.test.ts": 'import { show } from "../tests/faults/show.ts";',
  });
  expect(brokenBorders(files)).toEqual([
    "schema/a.ts imports runtime/base/clock.ts",
    "edge/chat/a.ts imports actors/chat/room.ts",
    "runtime/base/a.ts imports runtime/bus/bus.ts",
    "runtime/bus/a.ts imports runtime/actor/cell.ts",
    "runtime/actor/a.ts imports runtime/cluster/host.ts",
    "edge/web/app/a.tsx imports edge/app.ts",
    "edge/web/server/a.ts imports edge/web/app/pages/home.tsx",
    "edge/client/a.ts imports edge/channels/me.ts",
    "edge/people/a.ts imports edge/testing.ts",
    "edge/people/a.test.ts imports ops/up/until.ts",
    "ops/demo/a.ts imports ops/tests/support/until.ts",
    "ops/tests/e2e/a.test.ts imports ops/tests/attacks/stage.ts",
    "ops/tests/support/a.ts imports ops/tests/faults/show.ts",
    "ops/nginx/a.test.ts imports ops/tests/faults/show.ts",
  ]);
});
