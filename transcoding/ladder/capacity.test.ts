import { expect, test } from "bun:test";
import fc from "fast-check";
import { afford, encoderBudget, ladderCores, slotsInUse, withoutLowest } from "./capacity.ts";
import { EncoderRoom } from "./encoder-room.ts";
import { chooseRungs, type LadderSource, RUNG_NAMES } from "./rungs.ts";
import { allowedRungs } from "./setting.ts";

const encoder = { name: "software" } as const;
const fullHd: LadderSource = { width: 1920, height: 1080, fps: 30, playable: true };
const of = (source: LadderSource, setting = "auto", preset: "veryfast" | "medium" = "veryfast") =>
  chooseRungs({ source, allowed: allowedRungs(setting), preset });
const names = (rungs: readonly { name: string }[]) => rungs.map(({ name }) => name).join();

test("the cost grows with pixels, rate and preset, and is small with a hardware encoder", () => {
  const cost = (source: LadderSource, setting: string, preset: "veryfast" | "medium" = "veryfast") =>
    ladderCores({ source, rungs: of(source, setting, preset), encoder });
  const base = cost(fullHd, "480p");
  expect(base).toBeGreaterThan(0.3);
  expect(base).toBeLessThan(0.7);
  expect(cost(fullHd, "720p,480p")).toBeGreaterThan(base);
  expect(cost(fullHd, "480p", "medium")).toBeGreaterThan(base);
  expect(cost({ ...fullHd, fps: 60 }, "480p")).toBeGreaterThan(base);
  expect(cost(fullHd, "none")).toBe(0);
  expect(cost(fullHd, "audio")).toBeLessThan(0.01);
  expect(ladderCores({ source: fullHd, rungs: of(fullHd, "720p"), encoder: { name: "nvenc" } })).toBeLessThan(
    cost(fullHd, "720p"),
  );
});

test("when cores are short the lowest rungs go first, and sound stays", () => {
  const rungs = of(fullHd);
  const given = (freeCores: number) => names(afford({ source: fullHd, rungs, encoder, freeCores }));
  expect(given(10)).toBe("720p,480p,360p,160p,audio");
  const cost = ladderCores({ source: fullHd, rungs, encoder });
  expect(given(cost - 0.01)).toBe("720p,480p,360p,audio");
  expect(given(0)).toBe("audio");
  expect(given(-5)).toBe("audio");
});

test("when not even the highest rung fits alone, the highest that fits is encoded", () => {
  const rungs = of(fullHd, "720p,480p,360p");
  const only480p = ladderCores({ source: fullHd, rungs: of(fullHd, "480p"), encoder });
  expect(names(afford({ source: fullHd, rungs, encoder, freeCores: only480p + 0.01 }))).toBe("480p");
});

test("a rung that stands for an unplayable source is encoded whatever it costs", () => {
  const source = { ...fullHd, playable: false };
  const rungs = of(source, "480p,160p");
  expect(names(afford({ source, rungs, encoder, freeCores: 0 }))).toBe("1080p");
  expect(names(withoutLowest(rungs, 1))).toBe("1080p,480p");
  expect(names(withoutLowest(rungs, 9))).toBe("1080p");
});

test("what is afforded fits, apart from what must be", () => {
  const source = fc.record({
    width: fc.integer({ min: 16, max: 4_096 }),
    height: fc.integer({ min: 16, max: 2_304 }),
    fps: fc.double({ min: 0, max: 120, noNaN: true }),
    playable: fc.boolean(),
  });
  const allowed = fc.subarray([...RUNG_NAMES]);
  fc.assert(
    fc.property(source, allowed, fc.double({ min: 0, max: 8, noNaN: true }), (from, names, freeCores) => {
      const rungs = chooseRungs({ source: from, allowed: names, preset: "veryfast" });
      const given = afford({ source: from, rungs, encoder, freeCores });
      const optional = given.filter((rung) => rung.kind === "video" && !rung.needed);
      if (optional.length > 0)
        expect(ladderCores({ source: from, rungs: given, encoder })).toBeLessThanOrEqual(freeCores);
      expect(rungs.filter((rung) => given.includes(rung))).toEqual(given);
    }),
    { numRuns: 50 },
  );
});

test("a node gives out its cores once, and takes them back", () => {
  const rungs = of(fullHd, "480p");
  const one = ladderCores({ source: fullHd, rungs, encoder });
  const room = new EncoderRoom(one * 1.5, encoder);
  expect(names(room.claim("a", { source: fullHd, rungs }))).toBe("480p");
  expect(names(room.claim("b", { source: fullHd, rungs }))).toBe("");
  expect(names(room.claim("a", { source: fullHd, rungs }))).toBe("480p"); // Its own claim does not count against it.
  room.release("a");
  expect(room.usedCores).toBe(0);
  expect(names(room.claim("b", { source: fullHd, rungs }))).toBe("480p");
});

test("a slow machine learns that it affords less, within bounds", () => {
  const rungs = of(fullHd, "480p");
  const room = new EncoderRoom(1, encoder);
  room.claim("a", { source: fullHd, rungs });
  const before = room.usedCores;
  for (let n = 0; n < 100; n++) room.measured("a", before * 2);
  expect(room.correction).toBeCloseTo(2, 2);
  for (let n = 0; n < 200; n++) room.measured("a", 1e9);
  expect(room.correction).toBeCloseTo(5, 2);
  room.measured("unknown", 1);
  for (const wrong of [0, Number.NaN, -1]) room.measured("a", wrong);
  expect(room.correction).toBeCloseTo(5, 2);
});

test("the budget is the setting, else three quarters of the machine", () => {
  expect(encoderBudget({ setting: 0, machineCores: 8 })).toBe(6);
  expect(encoderBudget({ setting: 3, machineCores: 8 })).toBe(3);
});

test("a node publishes its channels or the load of its encoders, whichever is more, and encoders alone never close it", () => {
  const node = { slots: 40, budgetCores: 4 };
  expect(slotsInUse({ ...node, channels: 5, usedCores: 0 })).toBe(5);
  expect(slotsInUse({ ...node, channels: 5, usedCores: 2 })).toBe(20);
  expect(slotsInUse({ ...node, channels: 5, usedCores: 9 })).toBe(39);
  expect(slotsInUse({ ...node, channels: 40, usedCores: 9 })).toBe(40);
});
