import { expect, test } from "bun:test";
import { LayerChoice, type LayerRates, type LayerStep, type LineFacts } from "./layers.ts";

const GOOD: LineFacts = { fractionLost: 0, nackRate: 0, rembBps: 20_000_000 };
const BAD: LineFacts = { fractionLost: 0.2, nackRate: 0.2, rembBps: null };
const TOP: LayerRates = { now: 3_000_000, higher: null, hasLower: true };
const LOW: LayerRates = { now: 800_000, higher: 3_000_000, hasLower: false };

/** The first step that is none, and after how many seconds. */
function watch(choice: LayerChoice, facts: LineFacts, rates: LayerRates, { fromMs = 0, seconds = 400 } = {}) {
  for (let second = 1; second <= seconds; second++) {
    const step = choice.look(fromMs + second * 1_000, facts, rates);
    if (step !== "stay") return { step, second };
  }
  return { step: "stay" as LayerStep, second: seconds };
}

test("3 % lost at random are no reason for less", () => {
  const facts = { fractionLost: 0.04, nackRate: 0.05, rembBps: 3_500_000 };
  expect(watch(new LayerChoice(0), facts, TOP).step).toBe("stay");
});

test("loss, requests, or an estimate far below the rate: the next lower rendition within seconds", () => {
  expect(watch(new LayerChoice(0), BAD, TOP)).toEqual({ step: "lower", second: 3 });
  expect(watch(new LayerChoice(0), { ...GOOD, nackRate: 0.3 }, TOP)).toEqual({ step: "lower", second: 3 });
  const poor = watch(new LayerChoice(0), { ...GOOD, rembBps: 1_000_000 }, TOP);
  expect(poor.step).toBe("lower");
  // An estimate begins low.
  expect(poor.second).toBeGreaterThanOrEqual(8);
});

test("one bad second is none", () => {
  const choice = new LayerChoice(0);
  for (let second = 1; second < 60; second++)
    expect(choice.look(second * 1_000, second % 3 === 0 ? GOOD : BAD, TOP)).toBe("stay");
});

test("higher again after a while without trouble, and later after each fall", () => {
  const choice = new LayerChoice(0);
  expect(watch(choice, GOOD, LOW)).toEqual({ step: "higher", second: 20 });
  choice.changed(20_000);
  expect(watch(choice, BAD, TOP, { fromMs: 20_000 })).toEqual({ step: "lower", second: 3 });
  choice.changed(23_000);
  expect(watch(choice, GOOD, LOW, { fromMs: 23_000 })).toEqual({ step: "higher", second: 40 });
});

test("never higher than the viewer believes in", () => {
  expect(watch(new LayerChoice(0), { ...GOOD, rembBps: 3_100_000 }, LOW).step).toBe("stay");
});

test("a line on which a third of the lowest rendition is lost is given up", () => {
  expect(watch(new LayerChoice(0), { ...BAD, fractionLost: 0.4 }, LOW)).toEqual({ step: "hopeless", second: 10 });
});
