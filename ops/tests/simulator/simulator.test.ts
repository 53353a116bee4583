// The shipping runtime, rooms and packagers under simulated kills, pauses, partitions and lost answers of the store.

import { describe, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { type MutationName, mutations } from "./mutations.ts";
import { runSeed } from "./run.ts";
import { missing, Totals } from "./totals.ts";

/** Seeds run until this is over, on any machine; on a fast core about 1 500. */
const BUDGET_MS = 60_000;
/** A slower machine runs so many all the same: with fewer, some kinds of fault may not happen at all. */
const SEEDS_MIN = 500;
/** A removed rule must be detected within this many seeds. */
const MUTATION_SEEDS_MAX = 500;
/** For SEEDS_MIN or MUTATION_SEEDS_MAX of them. */
const TEST_MS_MAX = patient(240_000);

test("the same seed gives the same run, event by event", () => {
  for (const seed of [1, 2, 3]) {
    const first = runSeed(seed);
    runSeed(seed + 1_000);
    const again = runSeed(seed);
    expect(again.hash).toBe(first.hash);
    expect(again.steps).toBe(first.steps);
  }
  expect(runSeed(1).hash).not.toBe(runSeed(2).hash);
});

test(
  "no seed breaks an invariant, and every kind of fault happened",
  async () => {
    const totals = new Totals();
    const red: string[] = [];
    const startMs = performance.now();
    for (let seed = 1; seed <= SEEDS_MIN || performance.now() - startMs < BUDGET_MS; seed++) {
      const outcome = runSeed(seed);
      totals.add(outcome);
      if (outcome.violations[0]) red.push(`seed ${seed}: ${outcome.violations[0]}`);
    }
    console.log(`${totals.seeds} seeds in ${Math.round((performance.now() - startMs) / 1_000)} s, ${red.length} red`);
    await totals.addHeld();
    expect(red).toEqual([]);
    expect(missing(totals)).toEqual([]);
  },
  TEST_MS_MAX,
);

describe("the simulator detects the removal of a rule", () => {
  test.each(Object.keys(mutations) as MutationName[])(
    "%s",
    (name) => {
      let red: number | null = null;
      for (let seed = 1; seed <= MUTATION_SEEDS_MAX && red === null; seed++)
        if (runSeed(seed, { mutation: mutations[name] }).violations.length > 0) red = seed;
      expect(red).not.toBeNull();
    },
    TEST_MS_MAX,
  );
});
