// Checks that code outside `runtime/` gets time, randomness and processes as parameters (style rule 10).

import { expect, test } from "bun:test";
import { isTestCode, madeUp, type SourceFile, sourceFiles } from "./source-files.ts";

const CALLS =
  /\b(?:Date\.now|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|Bun\.(?:spawn|spawnSync|sleep|nanoseconds)|new Date(?!\w|\([^)]))/g;
const MODULES = ["node:child_process", "node:timers", "node:worker_threads"];

const PRODUCT = /^(?:schema|transcoding|actors|edge)\//;
/** A seed must give the same run; the command, its totals, its processes and a real server are not part of it. */
const SEEDED = /^ops\/tests\/simulator\/(?!(?:main|totals|first-red|jobs|real-postgres)\.ts$|.*\.test\.ts$)/;
/** Browser code cannot use `runtime/`; one file each takes its place. The bot is a program of its own. */
const HOMES = [
  "edge/web/app/clock.ts",
  "edge/web/app/random.ts",
  "edge/client/clock.ts",
  "edge/gateway/openapi/examples/bot.mjs",
];

/** Code without comments and types. */
const codeOf = ({ path, text }: SourceFile) =>
  new Bun.Transpiler({ loader: path.endsWith(".tsx") ? "tsx" : "ts" }).transformSync(text);

function outsideCalls(files: SourceFile[]): string[] {
  return files
    .filter(({ path }) => ((PRODUCT.test(path) && !isTestCode(path)) || SEEDED.test(path)) && !HOMES.includes(path))
    .flatMap((file) => {
      const calls = codeOf(file).match(CALLS) ?? [];
      const modules = file.imports.filter((name) => MODULES.includes(name));
      return [...new Set([...calls, ...modules])].map((call) => `${file.path}: ${call}`);
    });
}

test("no code outside runtime calls the system for time, randomness or a process", async () => {
  expect(outsideCalls(await sourceFiles())).toEqual([]);
});

test("a call to the system is found, but not in a comment, a type or a test", () => {
  const files = madeUp({
    "edge/chat/a.ts": "// Not Date.now().\nexport const at = () => Date.now();",
    "schema/a.ts": "export const dice = () => Math.random();\nexport const date = new Date();",
    "actors/a.ts": "let timer: ReturnType<typeof setTimeout>;\nexport const stop = () => clearTimeout(timer);",
    "transcoding/a.ts":
      'import { spawn } from "node:child_process";\nglobalThis.setTimeout(() => Bun.spawn(["ls"]), 1);',
    "edge/web/app/a.tsx": "export const A = () => <p>{new Date(0)}{Date.now()}</p>;",
    "edge/web/app/clock.ts": "export const nowMs = () => Date.now();",
    "edge/a.test.ts": "Date.now();",
    "runtime/base/clock.ts": "Date.now();",
    "ops/up/main.ts": "Date.now();",
    "ops/tests/simulator/run.ts": "Math.random();",
  });
  expect(outsideCalls(files)).toEqual([
    "edge/chat/a.ts: Date.now",
    "schema/a.ts: Math.random",
    "schema/a.ts: new Date",
    "transcoding/a.ts: setTimeout",
    "transcoding/a.ts: Bun.spawn",
    "transcoding/a.ts: node:child_process",
    "edge/web/app/a.tsx: Date.now",
    "ops/tests/simulator/run.ts: Math.random",
  ]);
});
