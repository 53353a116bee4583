import { expect, test } from "bun:test";
import { SpeedMeter } from "./speed.ts";

/** One look a second; `speed`: media seconds that come out each second. */
function run({ seconds, speed, cores = 0.5 }: { seconds: number; speed: number; cores?: number }) {
  const meter = new SpeedMeter(["720p", "480p"]);
  let last = meter.measure({ atMs: 0, cpuMs: 0, fed: null });
  for (let s = 1; s <= seconds; s++) {
    meter.out("720p", 1_000 + s * 1_000 * speed);
    meter.out("480p", 1_000 + s * 1_000);
    const fed = { firstMs: 1_000, newestMs: 1_000 + s * 1_000 };
    last = meter.measure({ atMs: s * 1_000, cpuMs: s * 1_000 * cores, fed });
  }
  return last;
}

test("the slowest rung tells lag and speed", () => {
  expect(run({ seconds: 20, speed: 1 })).toEqual({ lagMs: 0, speed: 1, cores: 0.5 });
  const slow = run({ seconds: 20, speed: 0.75 });
  expect(slow.lagMs).toBe(5_000);
  expect(slow.speed).toBeCloseTo(0.75, 5);
});

test("a ladder without output lags by all that it was fed", () => {
  const meter = new SpeedMeter(["480p"]);
  expect(meter.measure({ atMs: 0, cpuMs: null, fed: null })).toEqual({ lagMs: 0, speed: null, cores: null });
  const fed = { firstMs: 1_000, newestMs: 4_000 };
  expect(meter.measure({ atMs: 500, cpuMs: null, fed })).toEqual({ lagMs: 3_000, speed: null, cores: null });
  expect(meter.measure({ atMs: 1_000, cpuMs: null, fed })).toEqual({ lagMs: 3_000, speed: 0, cores: null });
});

test("output that is older than what came before changes nothing", () => {
  const meter = new SpeedMeter(["480p"]);
  meter.out("480p", 3_000);
  meter.out("480p", 2_000);
  expect(meter.measure({ atMs: 0, cpuMs: null, fed: { firstMs: 1_000, newestMs: 3_000 } }).lagMs).toBe(0);
});
