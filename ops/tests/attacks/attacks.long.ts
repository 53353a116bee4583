// Runs the whole list of attacks: `npm run test:long -- attacks`.

import { expect, test } from "bun:test";
import { attacks, WANTED } from "./rows/rows.ts";
import { runAttacks } from "./run.ts";

test("the list is covered", () => {
  expect([...new Set(attacks.map(({ id }) => id))].sort()).toEqual(WANTED);
});

runAttacks(attacks, { eachMs: 300_000 });
