import { expect, test } from "bun:test";
import { type Pattern, PatternSet, readPattern } from "./pattern.ts";

const pattern = (source: string): Pattern => {
  const read = readPattern(source);
  if ("code" in read) throw new Error(read.detail);
  return read;
};

test("patterns of a set are found together, and each has its place", () => {
  const set = new PatternSet(["/plo+nk/", "/zonk\\d/", "/^ab/"].map(pattern));
  expect(set.matches("a PLOOONK and zonk7").sort()).toEqual([0, 1]);
  expect([set.place(0, "a PLOOONK"), set.place(1, "a zonk7 b"), set.place(2, "x ab")]).toEqual([
    ...[{ start: 2, end: 9 }, { start: 2, end: 7 }, null],
  ]);
  expect(new PatternSet([]).matches("anything")).toEqual([]);
});

test("patterns that make other engines backtrack for ever are accepted, and their time is that of their length", () => {
  const sources = ["/(a|a)+$x/", "/.*.*.*.*#/", "/(a+)+b/", "/(x+x+)+y/", "/([a-z]+)*12/", "/(a?){15}a{15}b/"];
  const set = new PatternSet(sources.map(pattern));
  const [short, long] = ["a".repeat(500), "a".repeat(8_000)];
  for (const text of [short, long]) expect(set.matches(text)).toEqual([]);
  const cpuMs = (text: string) => {
    const before = process.cpuUsage();
    set.matches(text);
    return process.cpuUsage(before).user / 1_000;
  };
  expect(cpuMs(long)).toBeLessThan(48 * cpuMs(short) + 50);
});
