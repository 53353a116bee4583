// How large the app may be, as it goes over the wire: brotli.

import { expect, test } from "bun:test";
import { brotliCompressSync } from "node:zlib";
import { bundleApp } from "./build.ts";

const bundle = await bundleApp();
const wireBytes = (names: readonly string[]) =>
  names.reduce((sum, name) => sum + (bundle.assets.get(name)!.brotli ?? bundle.assets.get(name)!.plain).byteLength, 0);
const first = [bundle.script, ...bundle.app];

test("home needs at most 45 KB of script", () => {
  const home = wireBytes([bundle.script, ...bundle.home]);
  console.log(
    `every page ${wireBytes(first)} bytes, home ${home} bytes, style sheet ${wireBytes([bundle.style])} bytes`,
  );
  expect(home).toBeLessThanOrEqual(45_000);
  expect(wireBytes(first)).toBeGreaterThan(10_000); // It is the app, not only its first line.
});

for (const page of ["search-page", "categories", "category", "following"])
  test(`${page} needs at most 45 KB of script`, () => {
    const own = [...bundle.assets.keys()].filter((name) => name.startsWith(`${page}-`));
    expect(own.length).toBe(1);
    expect(wireBytes(bundle.withImports([...first, ...own]))).toBeLessThanOrEqual(45_000);
  });

test("a watch page needs at most 70 KB without hls.js, and 215 KB with it", () => {
  const watch = wireBytes([bundle.script, ...bundle.watch]) + brotliCompressSync(bundle.early).byteLength;
  console.log(`watch page ${watch} bytes, hls.js ${wireBytes([bundle.player])} bytes`);
  expect(watch).toBeLessThanOrEqual(70_000);
  expect(watch + wireBytes([bundle.player])).toBeLessThanOrEqual(215_000);
});

test("what is loaded later comes in pieces of at most 30 KB", () => {
  const later = [...bundle.assets.keys()].filter(
    (name) => name.endsWith(".js") && !first.includes(name) && !bundle.watch.includes(name) && name !== bundle.player,
  );
  expect(later.length).toBeGreaterThan(5);
  expect(later.filter((name) => wireBytes([name]) > 30_000)).toEqual([]);
});

test("the style sheet of all pages is at most 20 KB", () => {
  expect(wireBytes([bundle.style])).toBeLessThanOrEqual(20_000);
});

test("nothing of the components' test page is in it", () => {
  const scripts = [...bundle.assets.values()].filter(({ name }) => name.endsWith(".js"));
  const text = scripts.map(({ plain }) => new TextDecoder().decode(plain)).join("\n");
  expect(text).toContain("menuitemradio");
  expect(text).not.toContain("states-chat");
});
