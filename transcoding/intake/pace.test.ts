// The session's clock against encoders that run too slow, too fast, or drift for a day.

import { expect, test } from "bun:test";
import { type Dated, encoder, errors, of, range, steps, testClock } from "./testing-encoder.ts";

/** The encoder takes a second of media in 1 / speed seconds. */
const atSpeed = (speed: number, forMs: number) =>
  encoder({ forMs: forMs * speed, as: (tag) => ({ arrivalMs: tag.arrivalMs / speed }) });

const late = (dated: Dated[]) => dated.map((tag) => tag.worldMs - tag.atMs);

const apart = (dated: Dated[]) => {
  const ends = (["video", "audio"] as const).map((kind) => of(kind, dated).at(-1)!);
  return Math.abs(errors([ends[0]!])[0]! - errors([ends[1]!])[0]!);
};

test("an encoder at 0.6 × is stretched to the pace of the world, without holes, and told its speed every ten seconds", () => {
  const { run, facts } = testClock();
  const dated = run(atSpeed(0.6, 120_000));
  // Late by the second that is allowed, by what was waited for a stall to catch up, and no more.
  expect(range(late(dated))[1]!).toBeLessThan(3_800);
  expect(range(late(dated.slice(-1_000)))[0]!).toBeGreaterThan(2_000);
  expect(range(steps("video", dated))[1]!).toBeLessThan(80);
  expect(apart(dated)).toBeLessThan(20);
  expect(facts[0]).toEqual({ fact: "encoderTooSlow", speed: 0.6, times: 1 });
  expect(new Set(facts.map((fact) => fact.fact))).toEqual(new Set(["encoderTooSlow"]));
  expect([facts.length > 8, facts.length <= 12]).toEqual([true, true]);
});

test("an encoder at 3 × is squeezed to the pace of the world", () => {
  const { run, facts } = testClock();
  const dated = run(atSpeed(3, 60_000));
  expect(range(late(dated))[0]!).toBeGreaterThanOrEqual(-5_001);
  expect(range(late(dated.slice(-3_000)))).toEqual([expect.any(Number), expect.any(Number)]);
  expect(range(late(dated.slice(-3_000)))[0]!).toBeGreaterThan(-3_600);
  expect(facts[0]).toEqual({ fact: "encoderTooFast", speed: 3, times: 1 });
  expect(facts.length).toBeLessThanOrEqual(7);
});

test("any wrong speed is told and keeps the dates within bounds", () => {
  for (const speed of [0.05, 0.3, 0.8, 0.9, 1.1, 1.5, 10]) {
    const { run, names } = testClock();
    const dated = run(atSpeed(speed, 60_000));
    const [least, most] = range(late(dated.slice(-Math.floor(dated.length / 3))));
    expect([speed, [...new Set(names())]]).toEqual([speed, [speed < 1 ? "encoderTooSlow" : "encoderTooFast"]]);
    expect([speed, least! > -5_001, most! < 8_000]).toEqual([speed, true, true]);
  }
});

test("the warning is taken back once the encoder is on time", () => {
  for (const speed of [0.6, 3]) {
    const { run, names } = testClock();
    const slow = atSpeed(speed, 30_000);
    const from = 30_000 * (speed - 1);
    const fine = encoder({
      forMs: 40_000,
      as: (tag) => ({
        raw: tag.raw + 30_000 * speed,
        trueMs: tag.trueMs + 30_000 + from,
        arrivalMs: tag.arrivalMs + 30_000,
      }),
    });
    run([...slow, ...fine]);
    expect(names().at(-1)).toBe("encoderOnTime");
    expect(names().filter((name) => name === "encoderOnTime").length).toBe(1);
  }
});

test("a network that stands and catches up again and again is not an encoder that is too slow", () => {
  const { run, names } = testClock();
  const dated = run(
    encoder({ forMs: 120_000, as: ({ trueMs }) => ({ arrivalMs: trueMs - (trueMs % 1_700) + 1_700 }) }),
  );
  expect([range(errors(dated))[0]! > -200, names()]).toEqual([true, []]);
});

test("media that comes three seconds at once in the beginning is not squeezed faster than ten percent", () => {
  const { run, names } = testClock();
  const dated = run(encoder({ forMs: 60_000, as: ({ trueMs }) => ({ arrivalMs: Math.max(0, trueMs - 3_000) }) }));
  expect(names().filter((name) => name !== "encoderTooFast" && name !== "encoderOnTime")).toEqual([]);
  expect(range(late(dated))[0]!).toBe(-3_000);
  expect(range(late(dated.slice(-100)))[1]!).toBeLessThan(-900);
  expect(range(steps("video", dated))[0]!).toBeGreaterThan(25);
});

test("a clock that drifts by 100 ppm for a day (8.6 s) stays within 150 ms of the wall, without a visible step", () => {
  for (const ppm of [100, -100]) {
    const { clock, facts, changes } = testClock();
    const seconds = 86_400;
    let [worst, shortest, longest, last] = [0, 1e9, 0, 0];
    for (let second = 0; second < seconds; second++) {
      const arrivalMs = second * 1_000 * (1 + ppm / 1e6);
      const atMs = clock.stamp("video", (second * 1_000) >>> 0, arrivalMs);
      worst = Math.max(worst, Math.abs(atMs - arrivalMs - 1_000));
      if (second > 0) [shortest, longest] = [Math.min(shortest, atMs - last), Math.max(longest, atMs - last)];
      last = atMs;
    }
    expect([worst < 150, shortest >= 998, longest <= 1_002, facts]).toEqual([true, true, true, []]);
    // The next owner is told every 20 ms.
    expect(changes.length).toBeLessThan((seconds * 1_000 * 1e-4) / 20 + 5);
  }
});

test("a clock of arrival that drifts is led back to the wall clock by 1 ms a second", () => {
  const { clock, run } = testClock();
  run(encoder({ forMs: 10_000 }));
  clock.wallIs(clock.baseMs + 1_000 + 10_000 + 400, 10_000);
  const dated = run(
    encoder({
      forMs: 900_000,
      fps: 5,
      sound: false,
      as: (tag) => ({ raw: tag.raw + 10_000, trueMs: tag.trueMs + 10_000, arrivalMs: tag.arrivalMs + 10_000 }),
    }),
  );
  const error = errors(dated);
  expect([error[0], error.at(-1)! > 250, error.at(-1)! < 350]).toEqual([0, true, true]);
  expect(range(steps("video", dated))).toEqual([200, 201]);
});

test("a track that has stopped does not vouch for the speed of the other", () => {
  const { run, facts } = testClock();
  run(encoder({ forMs: 10_000 }));
  const slow = encoder({ forMs: 18_000, sound: false });
  run(slow.map((tag) => ({ ...tag, raw: tag.raw + 10_000, arrivalMs: 10_000 + tag.arrivalMs / 0.6 })));
  expect(facts[0]).toMatchObject({ fact: "encoderTooSlow" });
});
