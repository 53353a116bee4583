// No import circles, type imports included (style rule 35): the shared type moves down into a file of its own.

import { expect, test } from "bun:test";
import { importCircles } from "./import-circles.ts";
import { madeUp, sourceFiles } from "./source-files.ts";

test("no file of the project is in a circle of imports", async () => {
  expect(importCircles(await sourceFiles())).toEqual([]);
});

test("circles are found whatever their length and kind, and nothing else is", () => {
  const files = madeUp({
    "edge/a.ts": 'import { b } from "./b.ts";',
    "edge/b.ts": 'import type { C } from "./deep/c.ts";',
    "edge/deep/c.ts": 'import { a } from "../a.ts";\nimport { d } from "../d.ts";',
    "edge/d.ts": 'import { e } from "./e.ts";',
    "edge/e.ts": 'import { f } from "package";',
    "edge/on-demand.ts": 'const late = () => import("./back.ts");',
    "edge/back.ts": 'export type { Late } from "./on-demand.ts";',
    "edge/itself.ts": 'import { itself } from "./itself.ts";',
    "edge/top.ts": 'import { a } from "./a.ts";\nimport { d } from "./d.ts";',
  });
  expect(importCircles(files)).toEqual([
    ["edge/a.ts", "edge/b.ts", "edge/deep/c.ts"],
    ["edge/back.ts", "edge/on-demand.ts"],
    ["edge/itself.ts"],
  ]);
});
