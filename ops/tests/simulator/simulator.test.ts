// The shipping runtime, rooms and packagers under simulated kills, pauses, partitions and lost answers of the store.

import { describe, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { firstRed, namesInReadme } from "./first-red.ts";
import { edited, textOf } from "./mutate.ts";
import { type Mutation, type MutationName, mutations } from "./mutations.ts";
import { runSeed } from "./run.ts";
import { missing, Totals } from "./totals.ts";

/** Seeds run until this is over, on any machine; on a fast core about 1 000. */
const BUDGET_MS = 60_000;
/** A slower machine runs so many all the same: with fewer, some kinds of fault may not happen at all. */
const SEEDS_MIN = 500;
/** For SEEDS_MIN. */
const TEST_MS_MAX = patient(240_000);
/** Mutations that turn red within a few seeds: of rows, calls, nodes and numbers. All of them: simulator.long.ts. */
const QUICK = [
  "claim without compare-and-set",
  "idempotency id ignored",
  "seq kept when its batch changes",
  "judge: trusts the age at once",
  "sign of life although the bus is silent",
  "numbers of the former owner forgotten",
  "strays not adopted",
  "sole owner not asked",
] as const satisfies MutationName[];
const QUICK_SEEDS_MAX = 200;

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

test("every mutation changes text that is there, and stands with its seed in the table of the README", async () => {
  for (const { edits = [] } of Object.values<Mutation>(mutations))
    for (const edit of edits) expect(edited(await textOf(edit.file), edit)).toContain(edit.replace);
  expect(await namesInReadme()).toEqual(Object.keys(mutations));
  expect(() => edited("a b a", { file: "x", find: "a", replace: "" })).toThrow("more than once");
  expect(() => edited("a b a", { file: "x", find: "c", replace: "" })).toThrow("nowhere");
});

describe("the simulator detects the removal of a rule", () => {
  test.each(QUICK)(
    "%s",
    async (name) => {
      expect(await firstRed(name, QUICK_SEEDS_MAX)).not.toBeNull();
    },
    TEST_MS_MAX,
  );
});
