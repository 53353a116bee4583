// The next owner of a channel continues the session's clock from the saved state.

import { expect, test } from "bun:test";
import type { ClockState } from "./clock-state.ts";
import { encoder, errors, range, type TestTag, testClock, WALL_MS } from "./testing-encoder.ts";

const saved = (state: ClockState): ClockState => JSON.parse(JSON.stringify(state));
const from = (ms: number, tags: TestTag[]) => tags.filter((tag) => tag.trueMs >= ms);
const until = (ms: number, tags: TestTag[]) => tags.filter((tag) => tag.trueMs < ms);

/** Two owners of one session: the second begins at `atMs` with what the first knew `savedMs` before, and sees each tag later by some ms. */
function owners(tags: TestTag[], { atMs, savedMs = 0 }: { atMs: number; savedMs?: number }) {
  const one = testClock();
  one.run(until(atMs - savedMs, tags));
  const resume = saved(one.clock.state);
  const first = [...one.run(from(atMs - savedMs, until(atMs, tags))), ...one.run(from(atMs, tags))].filter(
    (tag) => tag.trueMs >= atMs,
  );
  const two = testClock({ resume, fromMs: atMs });
  const second = two.run(from(atMs, tags).map((tag) => ({ ...tag, arrivalMs: tag.arrivalMs + 30 })));
  return { one, two, first, second, differ: second.map((tag, i) => tag.atMs - first[i]!.atMs) };
}

const jump = (ms: number, by: number) => (tag: TestTag) => (tag.trueMs >= ms ? { raw: tag.raw + by } : {});

test("the next owner dates each tag as the first one does, after a jump, a wrap and sound by another clock too", () => {
  for (const as of [
    () => ({}),
    jump(8_000, -60_000),
    jump(8_000, 500_000),
    (tag: TestTag) => ({ raw: tag.raw + 2 ** 32 - 15_000 }),
    (tag: TestTag) => (tag.kind === "audio" ? { raw: tag.raw + 100_000 } : {}),
  ])
    for (const savedMs of [0, 4_000]) {
      const { differ, two } = owners(encoder({ forMs: 26_000, as }), { atMs: 18_000, savedMs });
      expect([range(differ), two.names()]).toEqual([[0, 0], []]);
      expect(two.clock.baseMs).toBe(WALL_MS - 1_000);
    }
});

test("a jump that comes after the state was saved and before the next owner pulls is found by the wall clock", () => {
  for (const by of [-60_000, 90_000, -1_500, 2_000]) {
    const { second, two } = owners(encoder({ forMs: 30_000, as: jump(18_000, by) }), { atMs: 20_000, savedMs: 5_000 });
    expect(
      range(errors(second).map((error) => error - 30))
        .map(Math.abs)
        .every((error) => error <= 40),
    ).toBe(true);
    expect(two.facts[0]).toMatchObject({ fact: "clockJumped", times: 1 });
  }
});

test("an encoder that came back with another clock while nobody pulled is dated by arrival", () => {
  const one = testClock();
  one.run(encoder({ forMs: 10_000 }));
  const two = testClock({ resume: saved(one.clock.state), fromMs: 25_000 });
  const dated = two.run(
    encoder({ forMs: 5_000, as: (tag) => ({ trueMs: tag.trueMs + 25_000, arrivalMs: tag.arrivalMs + 25_000 }) }),
  );
  expect(range(errors(dated))).toEqual([0, 0]);
});

test("the state of an owner that saw nothing is the one it began with", () => {
  const one = testClock();
  one.run(encoder({ forMs: 5_000 }));
  const state = saved(one.clock.state);
  expect(testClock({ resume: state, fromMs: 6_000 }).clock.state.lines).toEqual(state.lines);
});

test("an owner that has only the line of the picture dates the sound by it", () => {
  const resume: ClockState = { lines: { video: { raw: 9_000, at: 10_000 } }, baseMs: WALL_MS - 1_000 };
  const { clock } = testClock({ resume, fromMs: 10_000 });
  expect(clock.stamp("audio", 10_010, 10_020)).toBe(11_010);
});

test("a clock that stood is not continued: the next owner dates by arrival", () => {
  const one = testClock();
  one.run(encoder({ forMs: 10_000, as: () => ({ raw: 0 }) }));
  const two = testClock({ resume: saved(one.clock.state), fromMs: 20_000 });
  const dated = two.run(
    encoder({
      forMs: 10_000,
      as: (tag) => ({ raw: 0, trueMs: tag.trueMs + 20_000, arrivalMs: tag.arrivalMs + 20_000 }),
    }),
  );
  expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThan(260);
});

test("an encoder that is too slow is dated nearly alike by the next owner", () => {
  const tags = encoder({ forMs: 60_000, as: (tag) => ({ arrivalMs: tag.arrivalMs / 0.6 }) });
  const one = testClock();
  one.run(until(30_000, tags));
  const resume = saved(one.clock.state);
  const first = one.run(from(30_000, tags));
  const two = testClock({ resume, fromMs: 50_000 });
  const second = two.run(from(30_000, tags));
  // Between the saved tag and its first one the shift goes on.
  expect(Math.abs(second[0]!.atMs - first[0]!.atMs)).toBeLessThanOrEqual(20);
  expect(range(second.map((tag, i) => tag.atMs - first[i]!.atMs))[0]!).toBeGreaterThan(-2_500);
  expect(Math.abs(second.at(-1)!.atMs - first.at(-1)!.atMs)).toBeLessThan(200);
});

test("the next owner is told of jumps at once, and at most once a second", () => {
  const { run, changes } = testClock();
  run(encoder({ forMs: 30_000, as: jump(10_000, 60_000) }));
  expect(changes.length).toBeLessThanOrEqual(4);
  const last = changes.at(-1)!.lines.audio!;
  expect(last.at - last.raw).toBe(1_000 - 60_000);
  const wild = testClock();
  wild.run(
    encoder({ forMs: 30_000, as: (tag) => ({ raw: Math.floor(tag.trueMs / 100) % 2 ? tag.raw : tag.raw + 1e6 }) }),
  );
  expect(wild.changes.length).toBeGreaterThan(5);
  expect(wild.changes.length).toBeLessThanOrEqual(31);
});
