// Every mutation turns red; prints the table of README.md.

import { afterAll, expect, test } from "bun:test";
import { firstRed, tableRow } from "./first-red.ts";
import { type MutationName, mutations } from "./mutations.ts";

/** A removed rule must be detected within this many seeds. */
const SEEDS_MAX = 4_000;
const TEST_MS_MAX = 3_600_000;

const rows: string[] = [];

test.each(Object.keys(mutations) as MutationName[])(
  "%s",
  async (name) => {
    const red = await firstRed(name, SEEDS_MAX);
    const row = tableRow(name, red);
    rows.push(row);
    console.log(row);
    expect(red).not.toBeNull();
  },
  TEST_MS_MAX,
);

afterAll(() => console.log(["| mutation | seed | what it says |", "|---|---|---|", ...rows].join("\n")));
