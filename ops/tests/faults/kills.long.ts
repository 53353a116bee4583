// Kills the owner repeatedly and measures the time until the actor answers, a line is stored and the picture moves.
// FAULT_KILLS kills, 100 by default; TEST_SLOWNESS multiplies the limits.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { openBrowser, type TestBrowser } from "#ops/tests/support/browser.ts";
import { until } from "#ops/tests/support/until.ts";
import { startViewing, type Viewer } from "#ops/tests/support/viewer.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import { isWanted } from "./rows/run-row.ts";
import { type Show, startShow } from "./show.ts";
import { type Stage, setStage } from "./stage.ts";
import { measureRecovery, type Recovery } from "./watch/recovery-times.ts";

const KILLS = Number(process.env.FAULT_KILLS ?? 100);
/** Pause after the picture moves again: lets the killed node restart and varies the phase of the segment at the next kill. */
const PAUSE_MS = [2_000, 4_000] as const;

let stage: Stage;
let browser: TestBrowser;
let show: Show;

beforeAll(async () => {
  stage = await setStage({ actors: 3, edges: 2 });
  browser = await openBrowser();
  show = await startShow(stage);
});
afterAll(async () => {
  await show?.stop();
  await browser?.close();
  await stage?.stop();
});

test.skipIf(!isWanted("kills"))(
  `${KILLS} kills of the owner: callable, chatting and moving again each time`,
  async () => {
    const { system } = stage;
    const viewer = await startViewing(await browser.open(`${system.url}/${show.channel.login}`));
    const first = await show.owner();
    const recoveries: (Recovery & { stillMs: number; movesMs: number })[] = [];
    for (let n = 0; n < KILLS; n++) {
      const { node, epoch } = await show.owner();
      const starts = system.startsOf(node);
      const sinceMs = await viewer.now();
      process.kill(system.pidOf(node), "SIGKILL");
      const recovery = await measureRecovery(stage, show, epoch, true);
      await until("the killed node to be back", () => system.startsOf(node) > starts, { withinMs: 15_000 });
      await Bun.sleep(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]));
      const { stillMs, movesMs } = await longestHole(viewer, sinceMs);
      recoveries.push({ ...recovery, stillMs, movesMs });
      console.log(`kill ${n + 1} of ${node}: ${JSON.stringify(rounded(recoveries.at(-1) ?? {}))}`);
    }
    const last = await show.owner();
    const isSame = await viewer.sameDocument();
    const verdict = await show.finish();
    const of = (name: keyof (typeof recoveries)[number]) => distribution(recoveries.map((each) => each[name] ?? 0));
    console.log(
      [
        `first successful call ${JSON.stringify(of("callMs"))} ms`,
        `first stored line     ${JSON.stringify(of("lineMs"))} ms`,
        `claimed               ${JSON.stringify(of("takeOverMs"))} ms`,
        `next new number       ${JSON.stringify(of("numberMs"))} ms`,
        `browser moves again   ${JSON.stringify(of("movesMs"))} ms`,
        `browser stood still   ${JSON.stringify(of("stillMs"))} ms`,
        `counted ${JSON.stringify(verdict.counts)}`,
      ].join("\n"),
    );
    expect(verdict.faults).toEqual([]);
    expect(show.player.refusals).toEqual([]);
    expect(isSame).toBe(true);
    expect(last.epoch).toBe(first.epoch + KILLS);
    expect(of("callMs").p99).toBeLessThan(1_500 * SLOWNESS);
    expect(of("pictureMs").p50).toBeLessThan(4_000 * SLOWNESS);
    expect(of("movesMs").p50).toBeLessThan(4_000 * SLOWNESS); // In the browser.
  },
  KILLS * 20_000 + 120_000,
);

/** Longest time without a frame in the browser since the kill, and the time of its end, both in ms from the kill. */
function longestHole({ page }: Viewer, sinceMs: number) {
  return page.evaluate((since) => {
    const times = [since, ...(window.__sampled?.framesMs ?? []).filter((at) => at >= since), performance.now()];
    let [stillMs, movesMs] = [0, 0];
    times.slice(1).forEach((at, index) => {
      const holeMs = at - (times[index] ?? at);
      if (holeMs > stillMs) [stillMs, movesMs] = [holeMs, at - since];
    });
    return { stillMs, movesMs };
  }, sinceMs);
}

function distribution(values: number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  // The nearest rank: of 100 kills p99 is the second longest, and `max` the longest.
  const at = (share: number) => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

const rounded = (numbers: object) =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Math.round(value ?? 0)]));
