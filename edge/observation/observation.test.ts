// Figures of processes: from the text of their metrics to points of a plot.

import { describe, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { Collector } from "./collector.ts";
import { samplesIn } from "./exposition.ts";
import { type Measure, measured, quantileOf, type Scrape } from "./measures.ts";
import { PLOTS } from "./plots.ts";
import { Ring } from "./ring.ts";

describe("the text format", () => {
  const TEXT = `# HELP says lines
# TYPE says counter
says{outcome="said"} 12
says{outcome="slow \\"mode\\"",room="a,b"} 3
says_more 9
up 1
broken{ x
odd NaN
le_bucket{le="+Inf"} 1e3`;

  test("wanted samples are read with their labels, others are passed over", () => {
    const found = samplesIn(TEXT, new Set(["says", "up", "le_bucket", "odd", "absent"]));
    expect([...found]).toEqual([
      [
        "says",
        [
          { labels: { outcome: "said" }, value: 12 },
          { labels: { outcome: 'slow "mode"', room: "a,b" }, value: 3 },
        ],
      ],
      ["up", [{ labels: {}, value: 1 }]],
      ["le_bucket", [{ labels: { le: "+Inf" }, value: 1_000 }]],
    ]);
  });

  test("a text without an end of line, or with nothing in it, is read", () => {
    expect(samplesIn("", new Set(["up"])).size).toBe(0);
    expect(samplesIn("up 1", new Set(["up"])).get("up")).toEqual([{ labels: {}, value: 1 }]);
  });
});

const scrape = (text: string, atMs: number, kind: Scrape["kind"] = "edge"): Scrape => ({
  ...{ kind, atMs },
  samples: samplesIn(text, new Set(["n", "n_bucket"])),
});

describe("measures", () => {
  const pair = (before: string, now: string, kind: Scrape["kind"] = "edge") => ({
    before: scrape(before, 0, kind),
    now: scrape(now, 5_000, kind),
  });
  const rate: Measure = { kind: "rate", metric: "n" };

  test("present values are added up, or the highest counts", () => {
    const pairs = [pair("", 'n{a="x"} 1\nn{a="y"} 2'), pair("", 'n{a="x"} 5', "actor")];
    expect(measured({ kind: "sum", metric: "n" }, pairs)).toBe(8);
    expect(measured({ kind: "max", metric: "n", times: 1_000 }, pairs)).toBe(5_000);
    expect(measured({ kind: "sum", metric: "n", of: "actor" }, pairs)).toBe(5);
    expect(measured({ kind: "sum", metric: "n", where: { a: "x" } }, pairs)).toBe(6);
    expect(measured({ kind: "sum", metric: "n", where: { a: "!x" } }, pairs)).toBe(2);
    expect(measured({ kind: "sum", metric: "absent" }, pairs)).toBeNull();
  });

  test("a counter gives its growth in a second; one that begins anew, or appears, counts from 0", () => {
    expect(measured(rate, [pair("n 10", "n 20"), pair("n 0", "n 5")])).toBe(3);
    expect(measured(rate, [pair("n 1000", "n 5")])).toBe(1);
    expect(measured(rate, [pair("", "n 5")])).toBe(1);
    expect(measured(rate, [pair("", "")])).toBe(0);
    expect(measured(rate, [{ before: null, now: scrape("n 5", 0) }])).toBeNull();
    expect(measured({ ...rate, where: { s: "5…" } }, [pair("", 'n{s="500"} 5\nn{s="503"} 5\nn{s="200"} 9')])).toBe(2);
  });

  test("a quantile is over all processes, and over what came since the last look", () => {
    const hist = (one: number, two: number, all: number) =>
      `n_bucket{le="0.1"} ${one}\nn_bucket{le="1"} ${two}\nn_bucket{le="+Inf"} ${all}`;
    const measure: Measure = { kind: "quantile", metric: "n", share: 0.5 };
    expect(measured(measure, [pair(hist(100, 100, 100), hist(100, 110, 110))])).toBeCloseTo(0.55);
    expect(
      measured(measure, [pair(hist(0, 0, 0), hist(10, 10, 10)), pair(hist(0, 0, 0), hist(0, 10, 10))]),
    ).toBeCloseTo(0.1);
    expect(measured(measure, [pair(hist(5, 5, 5), hist(5, 5, 5))])).toBeNull();
    expect(
      quantileOf(
        [
          [1, 0],
          [Number.POSITIVE_INFINITY, 4],
        ],
        0.5,
      ),
    ).toBe(1);
    expect(quantileOf([], 0.5)).toBeNull();
  });
});

test("the ring keeps the newest looks, and gives means of several together", () => {
  const ring = new Ring(4, ["a"]);
  for (let n = 0; n < 6; n++) ring.add(n * 1_000, new Map([["a", n === 3 ? null : n]]));
  expect(ring.since(0).times).toEqual([2_000, 3_000, 4_000, 5_000]);
  expect(ring.since(0).values.get("a")).toEqual([2, null, 4, 5]);
  expect(ring.since(3_500).values.get("a")).toEqual([4, 5]);
  expect(ring.since(0, 2)).toEqual({ times: [3_000, 5_000], values: new Map([["a", [2, 4.5]]]) });
});

describe("the collector", () => {
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };

  test("asks edges and nodes every 5 s, says who does not answer, and gives an hour in 180 points", async () => {
    const clock = new ManualClock(1_700_000_000_000);
    const texts: Record<string, string | null> = { e: "viewers 3", a: "broadcasts_running 1" };
    const collector = new Collector({
      ...{ clock, edges: [{ name: "edge-1", address: "e" }] },
      findNodes: async () => [{ name: "actor-1", address: "a" }],
      read: async (address) => texts[address] ?? null,
    });
    await settle();
    texts.a = null;
    for (let look = 1; look < 900; look++) {
      clock.advance(5_000);
      await settle();
    }
    const { times, plots, sources, everyMs, isCollecting } = collector.view("60");
    expect([times.length, everyMs, isCollecting]).toEqual([180, 20_000, true]);
    expect(sources).toEqual([
      { name: "edge-1", answers: true },
      { name: "actor-1", answers: false },
    ]);
    expect(plots.map(({ id }) => id)).toEqual(PLOTS.map(({ id }) => id));
    expect(plots[0]?.series[0]).toEqual({ id: "viewers", values: times.map(() => 3) });
    expect(plots[1]?.series[0]?.values.at(-1)).toBeNull();
    expect(collector.view("5").times).toHaveLength(60);
    collector.stop();
    clock.advance(60_000);
    await settle();
    expect(clock.waiting).toBe(0);
  });

  test("without the database it goes on with the nodes that it knew", async () => {
    const clock = new ManualClock();
    let isAway = false;
    const collector = new Collector({
      ...{ clock, edges: [], read: async () => "broadcasts_running 2" },
      async findNodes() {
        if (isAway) throw new Error("away");
        return [{ name: "actor-1", address: "a" }];
      },
    });
    await settle();
    isAway = true;
    clock.advance(5_000);
    await settle();
    expect(collector.view("5").plots[1]?.series[0]?.values).toEqual([2, 2]);
    collector.stop();
  });

  test("there are twelve plots of at most four lines", () => {
    expect(PLOTS).toHaveLength(12);
    for (const { series } of PLOTS) expect(Object.keys(series).length).toBeWithin(1, 5);
  });
});
