// Kills edges and actor nodes in random order, one every five seconds; the supervisor restarts them.
// FAULT_MINUTES, 5 by default; FAULT_SEED repeats the order of a run.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "#ops/tests/support/until.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { isWanted } from "./rows/run-row.ts";
import { type Show, startShow } from "./show.ts";
import { type Stage, setStage } from "./stage.ts";

const MINUTES = Number(process.env.FAULT_MINUTES ?? 5);
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const EVERY_MS = 5_000;
const CALM_WITHIN_MS = 30_000;

let stage: Stage;
let show: Show;

beforeAll(async () => {
  stage = await setStage({ actors: 3, edges: 2 });
  show = await startShow(stage);
});
afterAll(async () => {
  await show?.stop();
  await stage?.stop();
});

test.skipIf(!isWanted("random-kills"))(
  `${MINUTES} minutes of random kills, seed ${SEED}: one encoder connection, one broadcast, numbers rise, chat whole`,
  async () => {
    console.log(`seed ${SEED}`);
    const { system, actors, edges } = stage;
    const random = new SeededRandom(SEED);
    const kills = new Map<string, number>();
    const startMs = performance.now();
    for (let nextMs = startMs; nextMs < startMs + MINUTES * 60_000; nextMs += EVERY_MS) {
      await Bun.sleep(Math.max(0, nextMs - performance.now()));
      const victims = [...actors, ...edges];
      const victim = victims[Math.floor(random.next() * victims.length)] ?? "actor-1";
      // The node may just be restarting; the kill waits for the next process.
      const pid = await until(`${victim} to run`, () => (system.startsOf(victim) > 0 ? system.pidOf(victim) : null), {
        withinMs: 12_000,
        everyMs: 20,
      });
      process.kill(pid, "SIGKILL");
      kills.set(victim, (kills.get(victim) ?? 0) + 1);
    }
    const endMs = performance.now();
    const last = show.player.newest?.last ?? 0;
    await until("numbers to rise in calm", () => (show.player.newest?.last ?? 0) > last + 3, {
      withinMs: CALM_WITHIN_MS,
    });
    await until("lines to be stored in calm", () => show.room.firstStoredMs(endMs), { withinMs: CALM_WITHIN_MS });
    const verdict = await show.finish();
    const { player, room } = show;
    console.log(
      [
        `kills: ${JSON.stringify(Object.fromEntries(kills))}`,
        `longest without a new part ${Math.round(player.longestStillMs(startMs))} ms, without a stored line ${Math.round(room.longestSilenceMs(startMs))} ms`,
        `player: ${player.switches} edges lost, ${player.refusals.length} refusals ${JSON.stringify([...new Set(player.refusals)].slice(0, 3))}`,
        `counted ${JSON.stringify(verdict.counts)}`,
      ].join("\n"),
    );
    expect(verdict.faults).toEqual([]);
    // A run in which the owner was never killed proves nothing.
    if (MINUTES >= 1) expect(verdict.counts.claims).toBeGreaterThan(1);
    for (const victim of kills.keys()) expect(system.startsOf(victim)).toBeGreaterThan(1);
  },
  (MINUTES + 4) * 60_000,
);
