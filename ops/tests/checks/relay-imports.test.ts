// Checks that what a relay loads has no client of a store and no code of edges or actors: it reads packets of strangers.

import { expect, test } from "bun:test";
import { sourceFile } from "./source-files.ts";

const MAIN = "transcoding/relay/main.ts";
const FORBIDDEN = ["nats", "ioredis", "postgres", "drizzle-orm", "@aws-sdk/client-s3", "nodemailer", "jose", "elysia"];

/** What is loaded with the file, types apart: own files by their paths, packages by their names. */
async function loadedWith(main: string): Promise<Set<string>> {
  const loaded = new Set<string>([main]);
  const scan = new Bun.Transpiler({ loader: "ts" });
  for (const path of loaded) {
    if (!path.endsWith(".ts")) continue;
    for (const { path: specifier } of scan.scanImports(await Bun.file(path).text()))
      for (const target of sourceFile(path, `import "${specifier}";`).imports) loaded.add(target);
  }
  return loaded;
}

test("a relay loads no client of a store, and nothing of edges and actors", async () => {
  const loaded = await loadedWith(MAIN);
  expect(
    [...loaded].filter(
      (one) => FORBIDDEN.includes(one) || /^(?:edge|actors|ops|schema\/(?!wire\/|api\/error-codes))/.test(one),
    ),
  ).toEqual([]);
  expect(loaded).toContain("node-datachannel");
  expect(loaded.size).toBeGreaterThan(50);
});
