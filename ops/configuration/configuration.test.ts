import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Reader } from "#runtime/config/reader.ts";
import { recordSettings } from "./recorder.ts";
import { sentencesIn } from "./sentences.ts";
import { settings, settingsPage } from "./table.ts";

test("the page of settings is as the code says it", () => {
  const page = readFileSync(join(import.meta.dir, "../configuration.md"), "utf8");
  expect(page, "run bun ops/configuration/build.ts").toBe(settingsPage());
});

test("each setting has a sentence in the code", () => {
  const all = settings();
  expect(all.filter(({ sentence }) => !sentence).map(({ name }) => name)).toEqual([]);
  expect(all.length).toBeGreaterThan(90);
});

test("names, defaults and limits are those of the readers", () => {
  const recorded = recordSettings((env) => {
    const read = new Reader(env);
    read.text("A");
    read.number("B", 5, { min: 1, max: 90_000 });
    read.oneOf("C", ["on", "off"] as const, "off");
    read.url("D", ["https"], "https://x");
    read.number("B", 6);
    return read.done({});
  }, {});
  expect(recorded).toEqual([
    { name: "A", kind: "text", fallback: null, values: "text" },
    { name: "B", kind: "number", fallback: "5", values: "1 to 90 000" },
    { name: "C", kind: "oneOf", fallback: "off", values: "`on` `off`" },
    { name: "D", kind: "url", fallback: "https://x", values: "https:// URL" },
  ]);
  // The readers are whole again.
  expect(new Reader({ A: "x" }).text("A")).toBe("x");
});

test("a comment belongs to the setting directly below it", () => {
  const source = `
/** About a type. */
interface X {}

const y = read.text("LATER");
  /** One line. */
  a: read.text("AAA"),
  /** Two
   *  lines. */
  b: { c: read.number("B_MAX", 1) },
  d: read.text("NONE"),`;
  expect([...sentencesIn(source)]).toEqual([
    ["AAA", "One line."],
    ["B_MAX", "Two lines."],
  ]);
});
