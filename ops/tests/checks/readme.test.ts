// Checks that the README's walks lead through existing files in at most 14 steps, and that every path it names exists.

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";

const WALK_STEPS_MAX = 14;
const readme = await Bun.file("README.md").text();

/** Files named in each numbered list. */
function walksIn(text: string): string[][] {
  const lists = text.split(/\n(?=1\. `)/).slice(1);
  return lists.map((list) => [...list.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => file!));
}

test("each walk has at most 14 steps, each with its own file", () => {
  const walks = walksIn(readme);
  expect(walks.length).toBe(2);
  for (const walk of walks) {
    expect(walk.length).toBeGreaterThan(8);
    expect(walk.length).toBeLessThanOrEqual(WALK_STEPS_MAX);
    expect(new Set(walk).size).toBe(walk.length);
  }
});

test("every path in the README exists", () => {
  const named = [...readme.matchAll(/`((?:schema|runtime|transcoding|actors|edge|ops)\/[\w./{},-]+)`/g)].map(
    ([, path]) => path!,
  );
  const paths = named.flatMap((path) => {
    const [before = "", list, after = ""] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path)?.slice(1) ?? [path];
    return list === undefined ? [path] : list.split(",").map((one) => before + one + after);
  });
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  expect(paths.length).toBeGreaterThan(30);
});

test("a walk is read from its numbers", () => {
  expect(walksIn("x\n1. `a.ts` – one\n2. `b.ts` – two\n\ny\n1. `c.ts`\n")).toEqual([["a.ts", "b.ts"], ["c.ts"]]);
});
