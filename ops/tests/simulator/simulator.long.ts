// Every mutation that was seen red turns red; prints the table of README.md.

import { afterAll, expect, test } from "bun:test";
import { firstRed, seedsInReadme, tableRow } from "./first-red.ts";
import { type MutationName, mutations } from "./mutations.ts";

/** A removed rule must be detected within this many seeds. */
const SEEDS_MAX = 4_000;
/** For a mutation that was never seen red; more are a matter of `npm run simulate`. */
const UNSEEN_SEEDS = 500;
const TEST_MS_MAX = 3_600_000;

const rows: string[] = [];

test.each(Object.keys(mutations) as MutationName[])(
  "%s",
  async (name) => {
    const wasSeen = (await seedsInReadme()).get(name) !== null;
    const red = await firstRed(name, wasSeen ? SEEDS_MAX : UNSEEN_SEEDS);
    const row = tableRow(name, red);
    rows.push(row);
    console.log(row);
    if (wasSeen) expect(red).not.toBeNull();
  },
  TEST_MS_MAX,
);

afterAll(() => console.log(["| mutation | seed | what it says |", "|---|---|---|", ...rows].join("\n")));
