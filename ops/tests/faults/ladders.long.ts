// Faults of the ladder, on a stage whose nodes encode one rung. The other suites run without: their machine is busy enough.
// FAULT_ONLY=F-14a runs rows by prefix; see faults.long.ts.

import { afterAll, beforeAll, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { FaultTable } from "./rows/fault-table.ts";
import { ladderRows, RUNG } from "./rows/ladder.ts";
import { isWanted, runRow } from "./rows/run-row.ts";
import { type Stage, setStage } from "./stage.ts";

let stage: Stage;
const table = new FaultTable();

beforeAll(async () => {
  stage = await setStage({
    ...{ actors: 2, edges: 2, proxied: true },
    env: { LADDER: RUNG, LADDER_PRESET: "ultrafast" },
  });
}, patient(120_000));
afterAll(async () => {
  await stage?.stop();
  table.write();
});

for (const row of ladderRows.filter(({ id }) => isWanted(id)))
  test(`${row.id} ${row.name}`, async () => table.add(row, await runRow(stage, row)), patient(300_000));
