// The colours of both themes against each other (WCAG 2.2 §1.4.3, §1.4.11), and that no style sheet has values of its own.

import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { contrast } from "../app/ui/contrast.ts";
import { themeColours } from "./tokens.ts";

const colours = await themeColours();
const THEMES = ["light", "dark"] as const;
const GROUNDS = ["ground", "surface", "raised", "hover"];

describe.each(THEMES)("in the %s theme", (theme) => {
  const of = (name: string) => colours.get(name)![theme];

  test.each([
    ["text", 12.6],
    ["muted", 5.2],
    ["accent-text", 4.9],
    ["ok", 5.4],
    ["warn", 5.5],
    ["bad", 5.3],
    ["info", 5.2],
  ])("%s has a contrast of %p on each ground", (name, least) => {
    for (const ground of GROUNDS) expect(contrast(of(name), of(ground))).toBeGreaterThanOrEqual(least - 0.05);
  });

  test("the outline of a control has 3 : 1 on each ground, and so has what is chosen", () => {
    for (const ground of GROUNDS)
      for (const name of ["edge", "accent"]) expect(contrast(of(name), of(ground))).toBeGreaterThanOrEqual(3);
  });

  test("words on the accent and on live are readable", () => {
    expect(contrast(of("on-accent"), of("accent"))).toBeGreaterThanOrEqual(5.25);
    expect(contrast(of("on-accent"), of("accent-hover"))).toBeGreaterThanOrEqual(5.25);
    expect(contrast("#ffffff", of("live"))).toBeGreaterThanOrEqual(4.95);
  });

  test("series of a plot are seen on a panel", () => {
    for (const name of ["plot-1", "plot-2", "plot-3", "plot-4"])
      expect(contrast(of(name), of("surface"))).toBeGreaterThanOrEqual(3);
  });
});

test("on a picture, white is readable over the scrim, whatever is below it", () => {
  const share = 0.78;
  const worst = [8, 10, 13].map((part) => Math.round(part * share + 255 * (1 - share)));
  const behind = `#${worst.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  expect(contrast("#ffffff", behind)).toBeGreaterThanOrEqual(4.5);
});

describe("no style sheet but tokens.css", async () => {
  const folder = new URL("../app/style/", import.meta.url).pathname;
  const sheets = [...new Glob("*.css").scanSync(folder)].filter((name) => name !== "tokens.css");
  const lines = (
    await Promise.all(
      sheets.map(async (name) =>
        (await Bun.file(folder + name).text()).split("\n").map((line, at) => `${name}:${at + 1} ${line.trim()}`),
      ),
    )
  ).flat();
  const withoutComments = lines.filter((line) => !/ \/?\*/.test(line));

  test("has a colour of its own; a person's hue is none", () => {
    const colour = /#[0-9a-f]{3,8}\b|\brgba?\(|\boklch\(|\bhsla?\((?!var\(--hue|calc\(var\(--hue)|light-dark\(/;
    expect(withoutComments.filter((line) => colour.test(line))).toEqual([]);
  });

  test("has a size of type of its own", () => {
    const size = /\bfont-size: (?!inherit)|\bfont: (?!var\(--t-(12|13|14|16|18|22|28)\)|inherit)/;
    expect(withoutComments.filter((line) => size.test(line))).toEqual([]);
  });

  test("asks for the theme of the system: a person may have chosen another", () => {
    expect(lines.filter((line) => line.includes("prefers-color-scheme"))).toEqual([]);
  });

  test("uses a value that does not exist", async () => {
    const tokens = await Bun.file(`${folder}tokens.css`).text();
    const known = new Set([...tokens.matchAll(/--([\w-]+):/g)].map(([, name]) => name));
    // Components set the first five on elements.
    const own = new Set([
      "hue",
      "value",
      "foot",
      "window-height",
      "above",
      ...lines.flatMap((line) => / --([\w-]+):/.exec(line)?.[1] ?? []),
    ]);
    const used = lines.flatMap((line) => [...line.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name!));
    expect(used.length).toBeGreaterThan(300);
    expect([...new Set(used)].filter((name) => !known.has(name) && !own.has(name))).toEqual([]);
  });
});
