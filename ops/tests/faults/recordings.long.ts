// Faults of the object store and of the spool, on a stage with a disk of its own for the spool. FAULT_ONLY=F-11 runs rows by prefix; see
// faults.long.ts.

import { afterAll, beforeAll, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { SpoolDisk } from "./injections/spool-disk.ts";
import { FaultTable } from "./rows/fault-table.ts";
import { recordingRows } from "./rows/recording.ts";
import { isWanted, runRow } from "./rows/run-row.ts";
import { type Stage, setStage } from "./stage.ts";

let disk: SpoolDisk;
let stage: Stage;
const table = new FaultTable();

beforeAll(async () => {
  disk = SpoolDisk.mount();
  stage = await setStage({
    ...{ actors: 2, edges: 2, proxied: true },
    env: { S3_FAULTS: "on", SPOOL_DIR: disk.place },
  });
}, patient(120_000));
afterAll(async () => {
  await stage?.stop();
  disk?.unmount();
  table.write();
});

for (const row of recordingRows(() => disk).filter(({ id }) => isWanted(id)))
  test(`${row.id} ${row.name}`, async () => table.add(row, await runRow(stage, row)), patient(300_000));
