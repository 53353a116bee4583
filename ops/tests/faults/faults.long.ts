// Injects one fault after another into real processes, while an encoder publishes, a player follows and a hundred sockets chat.
// Each row proves that its fault happened; a fault that did not happen fails the row. FAULT_ONLY=F-02,E runs rows by prefix,
// TEST_SLOWNESS=2 doubles the time limits on a busy machine, FAULT_TABLE=1 writes the measurements into ops/README.md.
// After all rows the system must use no more resources than after a first quiet show; FAULT_BASELINE=1 checks that after some rows too.

import { afterAll, beforeAll, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { FaultTable } from "./rows/fault-table.ts";
import { ingestRows } from "./rows/ingest.ts";
import { rows } from "./rows/owner.ts";
import { pauseRows } from "./rows/pauses.ts";
import { isWanted, runRow } from "./rows/run-row.ts";
import { storeRows } from "./rows/stores.ts";
import { startShow } from "./show.ts";
import { type Stage, setStage } from "./stage.ts";
import { backTo, idle, type Reading, read } from "./watch/baseline.ts";

const COMPARES = process.env.FAULT_BASELINE === "1" || !process.env.FAULT_ONLY;

let stage: Stage;
let before: Reading;
const table = new FaultTable();

beforeAll(async () => {
  stage = await setStage({ actors: 3, edges: 2, ingests: 2, proxied: true });
  if (!COMPARES) return;
  // This first show fills caches and pools.
  const show = await startShow(stage);
  await show.finish();
  await idle(stage);
  before = await read(stage);
}, patient(420_000));
afterAll(async () => {
  await stage?.stop();
  table.write();
});

for (const row of [...rows, ...storeRows, ...ingestRows, ...pauseRows].filter(({ id }) => isWanted(id)))
  test(`${row.id} ${row.name}`, async () => table.add(row, await runRow(stage, row)), patient(240_000));

test.skipIf(!COMPARES)(
  "after all rows the system uses no more resources than before",
  async () => {
    await idle(stage);
    console.log(await backTo(before, stage));
  },
  patient(420_000),
);
