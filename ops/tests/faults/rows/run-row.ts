// Runs one row: a show, the fault, the measured recovery and the verdict. A fault that did not happen fails the row.

import { expect } from "bun:test";
import { until } from "#ops/tests/support/until.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import { startShow } from "../show.ts";
import type { Stage } from "../stage.ts";
import { measureRecovery, type Recovery } from "../watch/recovery-times.ts";
import type { FaultRow } from "./fault-row.ts";

/** FAULT_ONLY=F-02,E,kills runs rows by prefix. A suite that is one test without a row has its name as its id. */
const ONLY = (process.env.FAULT_ONLY ?? "").split(",");
const SETTLE_MS = 3_000;

export const isWanted = (id: string) => ONLY.some((prefix) => id.startsWith(prefix));

/** Measured times by name, in ms; 0 when no recovery was needed. */
export type Measured = ReadonlyMap<string, number>;

/** Throws when a promise or a limit was broken. */
export async function runRow(stage: Stage, row: FaultRow): Promise<Measured> {
  // A row that failed may have left a process in its back-off.
  for (const url of stage.edgeUrls)
    await until(`${url} to be ready`, async () => (await fetch(`${url}/readyz`)).ok, { withinMs: 60_000 });
  const show = await startShow(stage, row.show);
  try {
    const owner = await show.owner();
    const ladders = show.laddersOf(owner.node);
    let recovering: Promise<Recovery> | undefined;
    let struckMs = 0;
    let overMs = 0;
    const strike = () => {
      struckMs = performance.now();
      recovering = measureRecovery(stage, show, owner.epoch, row.takenOver);
      recovering.catch(() => {}); // Awaited below.
    };
    const over = () => {
      overMs = performance.now();
    };
    const proof = await row.inject({ stage, show, owner, ladders, strike, over });
    if (!recovering) throw new Error("the row never called `strike`");
    const recovery = await recovering;
    const checked = [(await row.after?.({ stage, show, owner, ladders })) ?? ""];
    await Bun.sleep(SETTLE_MS);
    const after = await show.owner();
    const verdict = await show.finish();
    checked.push((await row.afterEnd?.({ stage, show, owner, ladders })) ?? "");
    const still = { stillMs: show.player.longestStillMs(struckMs), silentMs: show.room.longestSilenceMs(struckMs) };
    const resumed = overMs > 0 ? resumedAfter(recovery, overMs - struckMs) : {};
    const measured = new Map(
      Object.entries({ ...recovery, ...still, ...resumed }).map(([name, ms]) => [name, Math.round(ms ?? 0)]),
    );
    console.log(
      [
        `${row.id} ${row.name}`,
        `  happened: ${proof}`,
        `  recovery: ${JSON.stringify(Object.fromEntries(measured))}`,
        `  counted:  ${JSON.stringify(verdict.counts)}`,
        ...checked.filter(Boolean).map((what) => `  checked:  ${what}`),
      ].join("\n"),
    );
    expect(verdict.faults).toEqual([]);
    expect(show.player.refusals).toEqual([]);
    if (row.socketsStay) expect(verdict.counts.returns).toBe(0);
    if (row.takenOver) expect(after.epoch).toBe(owner.epoch + 1);
    else expect(after.epoch).toBe(owner.epoch);
    for (const [name, limitMs] of Object.entries(row.limits))
      if ((measured.get(name) ?? 0) > limitMs * SLOWNESS)
        throw new Error(`${name}: ${measured.get(name)} ms, over ${limitMs * SLOWNESS}`);
    return measured;
  } finally {
    await show.stop();
  }
}

/** Time that the recovery took after the end of the fault; 0: it never stopped. */
function resumedAfter({ callMs, lineMs, pictureMs, numberMs }: Recovery, outageMs: number) {
  const beyond = (ms: number) => Math.max(0, ms - outageMs);
  return {
    outageMs,
    resumeCallMs: beyond(callMs),
    resumeLineMs: beyond(lineMs),
    resumePictureMs: beyond(pictureMs),
    resumeNumberMs: beyond(numberMs),
  };
}
