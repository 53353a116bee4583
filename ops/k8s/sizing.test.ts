// The page that says how many of what: its measured figures are in the results that it names, and its arithmetic is right.

import { expect, test } from "bun:test";
import { join } from "node:path";
import { ladderCores } from "#transcoding/ladder/capacity.ts";
import { chooseRungs, type RungName } from "#transcoding/ladder/rungs.ts";

const page = await Bun.file(join(import.meta.dir, "README.md")).text();
const rowsOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("|---"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const row = (start: string) =>
  rowsOf(page)
    .find(([first]) => first!.startsWith(start))!
    .slice(1);

test("each measured cost stands in the result that it names", async () => {
  const rows = rowsOf(page.split("<!-- costs:begin -->")[1]!.split("<!-- costs:end -->")[0]!).slice(1);
  expect(rows.length).toBeGreaterThan(9);
  for (const [what, measured = "", command = "", result = ""] of rows) {
    const text = await Bun.file(join(import.meta.dir, "../..", result.replaceAll("`", ""))).text();
    const [number = ""] = /[\d.]+/.exec(measured) ?? [];
    expect(text, what).toMatch(new RegExp(`(^|[^\\d.])${number.replace(".", "\\.")}([^\\d]|$)`, "m"));
    const bench = /npm run (bench|load) -- ([a-z-]+)/.exec(command)!;
    expect(text, what).toContain(bench[2]!);
  }
});

test("the numbers of nodes follow from the rules beside them", () => {
  const counts = [100, 1_000, 10_000];
  const more = (count: number, each: number) => Math.ceil(count / each) + 1;
  const numbers = (cells: string[]) => cells.map((cell) => Number(/[\d ]+/.exec(cell)![0].replaceAll(" ", "")));
  expect(numbers(row("actor nodes, source alone"))).toEqual(counts.map((count) => more(count, 28)));
  expect(numbers(row("actor nodes, with 480p"))).toEqual(counts.map((count) => more(count, 17)));
  expect(numbers(row("nginx-rtmp"))).toEqual(counts.map((count) => more(count, 100)));
  expect(numbers(row("edges"))).toEqual(counts.map((count) => more(count, 800)));
  expect(numbers(row("relays"))).toEqual(counts.map((count) => more(count / 10, 150)));
});

test("the ladder costs what the page says", () => {
  const source = { width: 1920, height: 1080, fps: 30, playable: true };
  const cores = (allowed: RungName[]) =>
    ladderCores({
      source,
      rungs: chooseRungs({ source, allowed, preset: "veryfast" }),
      encoder: { name: "software" },
    }).toFixed(2);
  expect(/([\d.]+) cores for 480p of a 1080p30 source, ([\d.]+) for 720p and 480p/.exec(page)?.slice(1)).toEqual([
    cores(["480p"]),
    cores(["720p", "480p"]),
  ]);
});
