// One fault after the other on real processes, while an encoder publishes, a player follows and a hundred sockets talk.
// Each row proves that its fault happened; a fault that did not happen fails the row. FAULT_ONLY=F-02,E runs rows by prefix,
// FAULT_SLACK=2 doubles the time limits on a busy machine.

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { rows } from "./rows.ts";
import { storeRows } from "./rows-stores.ts";
import { type Show, startShow } from "./show.ts";
import { type Stage, setStage } from "./stage.ts";
import { measureRecovery, type Recovery } from "./strike.ts";

const SLACK = Number(process.env.FAULT_SLACK ?? 1);
const ONLY = (process.env.FAULT_ONLY ?? "").split(",");
const SETTLE_MS = 3_000;

let stage: Stage;
let show: Show | undefined;

beforeAll(async () => {
  stage = await setStage({ actors: 3, edges: 2, proxied: true });
}, 120_000);
afterEach(() => show?.stop(), 60_000);
afterAll(() => stage?.stop(), 60_000);

for (const row of [...rows, ...storeRows].filter(({ id }) => ONLY.some((prefix) => id.startsWith(prefix))))
  test(`${row.id} ${row.name}`, async () => {
    show = await startShow(stage);
    const held = show;
    const owner = await show.owner();
    const transcoders = show.transcodersOf(owner.node);
    expect(transcoders).toHaveLength(1);
    let recovering: Promise<Recovery> | undefined;
    let struckMs = 0;
    let overMs = 0;
    const strike = () => {
      struckMs = performance.now();
      recovering = measureRecovery(stage, held, owner.epoch, row.takenOver);
      recovering.catch(() => {}); // Awaited below.
    };
    const over = () => {
      overMs = performance.now();
    };
    const proof = await row.inject({ stage, show, owner, transcoders, strike, over });
    if (!recovering) throw new Error("the row never struck");
    const recovery = await recovering;
    const checked = (await row.after?.({ stage, show, owner, transcoders })) ?? "";
    await Bun.sleep(SETTLE_MS);
    const after = await show.owner();
    const verdict = await show.finish();
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
        ...(checked ? [`  checked:  ${checked}`] : []),
      ].join("\n"),
    );
    expect(verdict.faults).toEqual([]);
    expect(show.player.refusals).toEqual([]);
    if (row.socketsStay) expect(verdict.counts.returns).toBe(0);
    if (row.takenOver) expect(after.epoch).toBe(owner.epoch + 1);
    else expect(after.epoch).toBe(owner.epoch);
    for (const [name, limitMs] of Object.entries(row.limits))
      if ((measured.get(name) ?? 0) > limitMs * SLACK)
        throw new Error(`${name}: ${measured.get(name)} ms, over ${limitMs * SLACK}`);
  }, 240_000);

/** What it took beyond the fault itself; 0: it went on all the time. */
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
