// Which rungs a node encodes: by its room, and by how its ladders keep up.

import { expect, test } from "bun:test";
import { allowedRungs } from "#transcoding/ladder/setting.ts";
import { LadderPlan, type PlannedLadder } from "./ladder-plan.ts";

const SOURCE = { width: 1920, height: 1080, fps: 30, playable: true };
const plan = (budgetCores: number, ladder = "auto") =>
  new LadderPlan({
    allowed: allowedRungs(ladder),
    preset: "veryfast",
    encoder: { name: "software", vaapiDevice: "" },
    budgetCores,
  });
const names = ({ rungs, short }: PlannedLadder) => `${rungs.map(({ name }) => name)}${short ? " short" : ""}`;

test("with room, a source gets all rungs below it", () => {
  expect(names(plan(8).choose("a", SOURCE, 0))).toBe("720p,480p,360p,160p,audio");
  expect(names(plan(8, "none").choose("a", SOURCE, 0))).toBe("");
});

test("without room the lowest rungs go first, and come back a minute after another channel has ended", () => {
  const held = plan(1.3);
  const first = held.choose("a", SOURCE, 0);
  expect(first.short).toBe(false);
  const second = held.choose("b", SOURCE, 0);
  expect(second.short).toBe(true);
  held.release("a");
  expect(held.look("b", 59_000)).toBeNull();
  expect(names(held.look("b", 60_000)!)).toBe(names(first));
  held.release("b");
  expect(held.usedCores).toBe(0);
});

test("a ladder that lags gives up its lowest rung, and gets it back when it has been calm", () => {
  const held = plan(8);
  held.choose("a", SOURCE, 0);
  const changes: string[] = [];
  const pass = (fromMs: number, untilMs: number, lagMs: number) => {
    for (let nowMs = fromMs; nowMs < untilMs; nowMs += 1_000) {
      held.measured("a", { lagMs, speed: 1, cores: null });
      const change = held.look("a", nowMs);
      if (change) changes.push(names(change));
    }
  };
  pass(0, 4_000, 4_000);
  expect(changes).toEqual([]);
  pass(4_000, 8_000, 4_000);
  expect(changes).toEqual(["720p,480p,360p,audio short"]);
  pass(8_000, 80_000, 100);
  expect(changes.slice(1)).toEqual(["720p,480p,360p,160p,audio"]);
});

test("the node lags while a ladder does", () => {
  const held = plan(8);
  held.choose("a", SOURCE, 0);
  expect(held.lags).toBe(false);
  held.measured("a", { lagMs: 2_600, speed: 1, cores: null });
  expect(held.lags).toBe(true);
  held.measured("a", { lagMs: 300, speed: 1, cores: null });
  expect(held.lags).toBe(false);
});
