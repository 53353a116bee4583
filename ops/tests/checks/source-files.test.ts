// Tests of the list of source files and their imports.

import { expect, test } from "bun:test";
import { isTestCode, sourceFile, sourceFiles } from "./source-files.ts";

test("every form of import is found and resolved", () => {
  const { imports } = sourceFile(
    "edge/chat/watched-room.ts",
    [
      'import { one } from "#schema/wire/one.ts";',
      'import type { two } from "./two.ts";',
      "import {",
      "  three,",
      "  type Four,",
      '} from "../three.ts";',
      'export type { Five } from "./five.ts";',
      'import "./six.css";',
      'const seven = await import("./seven.ts");',
      'type Eight = import("./eight.ts").Eight;',
      'import { Elysia } from "elysia";',
      'import { jwt } from "@elysiajs/jwt/deep";',
      'import fs from "node:fs/promises";',
      "const quoted = `a text with",
      '  import { none } from "./none.ts";`;',
    ].join("\n"),
  );
  expect(imports).toEqual([
    "schema/wire/one.ts",
    "edge/chat/two.ts",
    "edge/three.ts",
    "edge/chat/five.ts",
    "edge/chat/six.css",
    "edge/chat/seven.ts",
    "edge/chat/eight.ts",
    "elysia",
    "@elysiajs/jwt",
    "node:fs",
  ]);
});

test("every import that Bun finds is found", async () => {
  const files = await sourceFiles();
  for (const { path, text, imports } of files) {
    const scan = new Bun.Transpiler({ loader: path.endsWith(".tsx") ? "tsx" : "ts" });
    // Listed as `require`: the compiler adds the JSX runtime itself.
    const found = scan.scanImports(text).filter(({ kind }) => kind !== "require-call");
    const seen = found.flatMap(({ path: specifier }) => sourceFile(path, `import "${specifier}";`).imports);
    expect({ path, imports }).toEqual({ path, imports: expect.arrayContaining(seen) });
  }
  expect(files.length).toBeGreaterThan(500);
});

test("test code is recognised by its file name", () => {
  for (const path of ["edge/a.test.ts", "ops/tests/e2e/a.long.ts", "edge/testing.ts", "edge/testing-mail.ts"])
    expect([path, isTestCode(path)]).toEqual([path, true]);
  for (const path of ["edge/a.ts", "edge/contesting.ts", "ops/up/main.ts"])
    expect([path, isTestCode(path)]).toEqual([path, false]);
});
