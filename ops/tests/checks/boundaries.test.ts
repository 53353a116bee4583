// Allowed imports between folders (design: Layout). The tables are the rule; the README shows the first.

import { expect, test } from "bun:test";
import { isTestCode, madeUp, type SourceFile, sourceFiles } from "./source-files.ts";

/** Folders that each top folder may import, besides itself. */
const MAY: Record<string, string[]> = {
  schema: [],
  runtime: ["schema"],
  transcoding: ["runtime", "schema"],
  actors: ["transcoding", "runtime", "schema"],
  edge: ["runtime", "schema"],
  ops: ["actors", "edge", "transcoding", "runtime", "schema"],
};

/** Imports allowed to product code in folders with stricter borders, besides the folder itself. */
const MAY_WITHIN: Record<string, string[]> = {
  "runtime/base": [],
  "runtime/bus": ["runtime/base", "schema"],
  "runtime/objects": ["runtime/base", "runtime/config", "schema"],
  "runtime/process": ["runtime/base", "schema"],
  "runtime/store": ["runtime/base", "schema"],
  "runtime/trace": ["runtime/base"],
  "runtime/actor": ["runtime/base", "runtime/bus", "runtime/process", "runtime/store", "schema"],
  // Runs in browsers.
  "edge/web/app": ["edge/client", "edge/web/page-addresses.ts", "schema/api", "schema/wire"],
  "edge/web/page-addresses.ts": ["edge/web/app", "schema/wire"],
  // Runs wherever its users use it.
  "edge/client": ["schema/api", "schema/wire"],
};

/** Folders that only the listed ones may import, besides the folder itself. */
const ONLY_FROM: Record<string, string[]> = {
  // The server bundles the app by its path; the list of pages says how the app loads each page.
  "edge/web/app": ["edge/web/page-addresses.ts"],
  "ops/tests": [],
};

/** Code shared by suites; no suite of `ops/tests` imports another. */
const SUPPORT = "ops/tests/support";

const OURS = new RegExp(`^(?:${Object.keys(MAY).join("|")})/`);

const brokenBorders = (files: SourceFile[]): string[] =>
  files.flatMap(({ path, imports }) =>
    imports
      .filter((target) => OURS.test(target) && !mayImport(path, target))
      .map((target) => `${path} imports ${target}`),
  );

function mayImport(path: string, target: string): boolean {
  const top = path.split("/")[0]!;
  if (!isWithin(target, top, ...MAY[top]!)) return false;
  const suite = /^ops\/tests\/[^/]+(?=\/)/.exec(target)?.[0];
  if (suite && suite !== SUPPORT && !isWithin(path, suite)) return false;
  if (isTestCode(path)) return true;
  if (isTestCode(target)) return false;
  const inner = Object.keys(MAY_WITHIN).find((folder) => isWithin(path, folder));
  if (inner && !isWithin(target, inner, ...MAY_WITHIN[inner]!)) return false;
  const closed = Object.keys(ONLY_FROM).find((folder) => isWithin(target, folder));
  return !closed || isWithin(path, closed, ...ONLY_FROM[closed]!);
}

const isWithin = (path: string, ...folders: string[]) =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

test("every import follows the tables", async () => {
  const files = await sourceFiles();
  expect(brokenBorders(files)).toEqual([]);
  expect(files.length).toBeGreaterThan(500);
});

test("a forbidden import is found, including type imports and test code", () => {
  const files = madeUp({
    "schema/a.ts": 'import { clock } from "#runtime/base/clock.ts";',
    "edge/chat/a.ts": 'import type { Room } from "#actors/chat/room.ts";\nimport { world } from "../world.ts";',
    "runtime/base/a.ts": 'import { bus } from "../bus/bus.ts";\nimport { log } from "./log.ts";',
    "runtime/bus/a.ts": 'import { cell } from "../actor/cell.ts";',
    "runtime/actor/a.ts": 'import { host } from "../cluster/host.ts";\nimport { bus } from "../bus/bus.ts";',
    "edge/web/app/a.tsx": 'import { app } from "../../app.ts";\nimport { room } from "#schema/wire/room.ts";',
    "edge/web/server/a.ts": 'import { Home } from "../app/pages/home.tsx";',
    "edge/client/a.ts": 'import type { Api } from "./api.ts";\nimport type { App } from "../app.ts";',
    "edge/web/page-addresses.ts": 'import type { Tab } from "./app/tab.ts";\nimport type { World } from "../world.ts";',
    "edge/people/a.ts": 'import { testEdge } from "../testing.ts";',
    "edge/people/a.test.ts": 'import { testEdge } from "../testing.ts";\nimport { until } from "#ops/up/until.ts";',
    "ops/demo/a.ts": 'import { until } from "#ops/tests/support/until.ts";',
    "ops/up/a.test.ts": 'import { until } from "#ops/tests/support/until.ts";',
    "ops/tests/e2e/a.test.ts":
      'import { stage } from "../attacks/stage.ts";\nimport { until } from "../support/until.ts";',
    "ops/tests/support/a.ts": 'import { show } from "../faults/show.ts";\nimport { until } from "./until.ts";',
    "ops/tests/faults/injections/a.ts": 'import { show } from "../show.ts";',
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
    "edge/client/a.ts imports edge/app.ts",
    "edge/web/page-addresses.ts imports edge/world.ts",
    "edge/people/a.ts imports edge/testing.ts",
    "edge/people/a.test.ts imports ops/up/until.ts",
    "ops/demo/a.ts imports ops/tests/support/until.ts",
    "ops/tests/e2e/a.test.ts imports ops/tests/attacks/stage.ts",
    "ops/tests/support/a.ts imports ops/tests/faults/show.ts",
    "ops/nginx/a.test.ts imports ops/tests/faults/show.ts",
  ]);
});
