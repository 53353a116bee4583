// Checks that there are no import circles, type imports included (style rule 35). Cure: the shared type moves to a lower file.

import { expect, test } from "bun:test";
import { importCircles } from "./import-circles.ts";
import { madeUp, sourceFiles } from "./source-files.ts";

test("no file of the project is in an import circle", async () => {
  expect(importCircles(await sourceFiles())).toEqual([]);
});

test("circles of any length and kind are found, and nothing else", () => {
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
