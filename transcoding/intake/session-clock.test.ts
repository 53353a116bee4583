// The session's clock against encoders as they are.

import { expect, test } from "bun:test";
import { encoder, errors, of, range, steps, testClock, WALL_MS } from "./testing-encoder.ts";

/** Frames that lie where they belong. */
const EXACT = [0, 0];

const after = (ms: number, by: number) => (tag: { trueMs: number; raw: number }) =>
  tag.trueMs >= ms ? { raw: tag.raw + by } : {};

test("session time begins at 1 s, wherever the encoder's clock begins: at 0, hours ahead, below zero, before the wrap", () => {
  for (const from of [0, 20_000_000, 3_514_123_186, -500, -60_000, 2 ** 31 - 40, 2 ** 32 - 10_000, 2 ** 32 - 1]) {
    const { run, facts, clock } = testClock();
    const dated = run(encoder({ forMs: 15_000, as: ({ raw }) => ({ raw: raw + from }) }));
    expect(range(errors(dated))).toEqual(EXACT);
    expect(facts).toEqual([]);
    expect(clock.baseMs).toBe(WALL_MS - 1_000);
  }
});

test("one picture from the future or the past is dated where it belongs, and the others do not move", () => {
  for (const by of [9_800_000, 60_000, 1_000, -2_000, 2_000_000_000]) {
    const { run, facts } = testClock();
    const dated = run(
      encoder({
        forMs: 12_000,
        as: (tag) => (tag.kind === "video" && tag.trueMs === 8_000 ? { raw: tag.raw + by } : {}),
      }),
    );
    expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThanOrEqual(1);
    expect(facts).toEqual([{ fact: "futureFrame", kind: "video", byMs: expect.any(Number), times: 1 }]);
    expect(Math.abs((facts[0] as { byMs: number }).byMs - by)).toBeLessThan(5);
  }
});

test("the first picture of all from the future does not date the others", () => {
  for (const kind of ["video", "audio"] as const) {
    const { run } = testClock();
    const dated = run(
      encoder({
        forMs: 5_000,
        as: (tag) => (tag.kind === kind && tag.trueMs === 0 ? { raw: tag.raw + 5_000_000 } : {}),
      }),
    );
    expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThanOrEqual(25);
  }
});

test("a picture from the future each second is dated anew each time, and told every ten seconds with a count", () => {
  const { run, facts } = testClock();
  const dated = run(
    encoder({
      forMs: 35_000,
      as: (tag) => (tag.kind === "video" && tag.trueMs % 1_000 === 0 && tag.trueMs ? { raw: tag.raw + 50_000 } : {}),
    }),
  );
  expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThanOrEqual(1);
  expect(facts.map((fact) => [fact.fact, fact.times])).toEqual([
    ["futureFrame", 1],
    ["futureFrame", 9],
    ["futureFrame", 10],
    ["futureFrame", 10],
  ]);
});

test("two pictures in a row from the future are two jumps, and sound and picture stay together", () => {
  const { run, facts } = testClock();
  const dated = run(
    encoder({
      forMs: 12_000,
      as: (tag) =>
        tag.kind === "video" && (tag.trueMs === 8_000 || tag.trueMs === 8_033) ? { raw: tag.raw + 90_000 } : {},
    }),
  );
  expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThanOrEqual(1);
  expect(facts.map((fact) => [fact.fact, fact.times])).toEqual([["clockJumped", 1]]);
});

test("timestamps that jump, by any size, back or ahead, early or late: session time goes on at pace, with sound and picture together", () => {
  for (const by of [-5_000, -60_000, -600_000, -3_600_000, -400, 400, 2_000, 5_000_000, 2 ** 31 - 50_000])
    for (const at of [33, 100, 10_000]) {
      const { run, names } = testClock();
      const dated = run(encoder({ forMs: at + 10_000, as: after(at, by) }));
      expect([by, at, ...range(errors(dated).map(Math.abs))]).toEqual([by, at, 0, expect.any(Number)]);
      expect(Math.max(...errors(dated).map(Math.abs))).toBeLessThanOrEqual(at < 1_000 ? 35 : 1);
      // A picture late by what a track is thought to be behind is not told apart from a picture left out.
      expect(new Set(names())).toEqual(new Set(["clockJumped"]));
      const last = [of("video", dated).at(-1)!, of("audio", dated).at(-1)!].map((tag) => tag.atMs - tag.trueMs);
      expect(Math.abs(last[0]! - last[1]!)).toBeLessThanOrEqual(1);
    }
});

test("a jump of one track alone is taken back, so that sound and picture stay together", () => {
  for (const kind of ["video", "audio"] as const)
    for (const by of [-20_000, 20_000, 700, -700]) {
      const { run, facts } = testClock();
      const dated = run(encoder({ forMs: 20_000, as: (tag) => (tag.kind === kind ? after(9_000, by)(tag) : {}) }));
      expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThanOrEqual(2);
      const [jumped, ...more] = facts;
      expect(jumped).toEqual({ fact: "clockJumped", kind, byMs: expect.any(Number), times: 1 });
      // A hole in one track, or tags left out, look like a small jump.
      const aheadMs = kind === "audio" ? by : -by;
      expect(more).toEqual(
        Math.abs(by) < 1_000 ? [] : [{ fact: "tracksApart", byMs: expect.closeTo(aheadMs, -2), times: 1 }],
      );
    }
});

test("sound by another clock is laid beside the picture from the first tag", () => {
  for (const by of [100_000, 20_000, 3_000, -3_000, -100_000]) {
    const { run, facts } = testClock();
    const dated = run(
      encoder({
        forMs: 10_000,
        as: (tag) => (tag.kind === "audio" ? { raw: tag.raw + by, arrivalMs: tag.arrivalMs + 5 } : {}),
      }),
    );
    expect(range(errors(of("video", dated)))).toEqual(EXACT);
    expect(range(errors(of("audio", dated)))).toEqual([5, 5]);
    expect(facts).toEqual([{ fact: "tracksApart", byMs: by - 5, times: 1 }]);
  }
});

test("sound that begins late, or lies up to a second beside the picture, keeps the encoder's timestamps", () => {
  const late = testClock();
  const dated = late.run(encoder({ forMs: 15_000 }).filter((tag) => tag.kind === "video" || tag.trueMs >= 8_000));
  expect([...range(errors(dated)), late.facts.length]).toEqual([0, 0, 0]);
  const beside = testClock();
  const laid = beside.run(
    encoder({ forMs: 60_000, as: (tag) => (tag.kind === "audio" ? { raw: tag.raw - 600 } : {}) }),
  );
  expect([range(errors(of("video", laid))), range(errors(of("audio", laid))), beside.names()]).toEqual([
    EXACT,
    [-600, -600],
    [],
  ]);
});

test("a picture that begins after 12 s of sound lies beside it", () => {
  const { run, names } = testClock();
  const dated = run(encoder({ forMs: 20_000 }).filter((tag) => tag.kind === "audio" || tag.trueMs >= 12_000));
  expect([range(errors(dated)), names()]).toEqual([EXACT, []]);
});

test("a track whose clock slowly leaves the other is laid beside it again and again", () => {
  for (const [kind, speed] of [
    ["audio", 1.088],
    ["audio", 0.9],
    ["video", 0.9],
    ["video", 1.2],
  ] as const) {
    const { run, facts } = testClock();
    const dated = run(
      encoder({ forMs: 60_000, as: (tag) => (tag.kind === kind ? { raw: Math.round(tag.raw * speed) } : {}) }),
    );
    expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThan(1_000 + 2_500 * Math.abs(speed - 1) + 50);
    expect(new Set(facts.map((fact) => fact.fact))).toEqual(new Set(["tracksApart"]));
    expect(facts.length).toBeLessThanOrEqual(6);
  }
});

test("a picture that stood still with its clock while the sound went on is laid beside it again", () => {
  const { run, names } = testClock();
  const dated = run(
    encoder({
      forMs: 30_000,
      as: (tag) => (tag.kind === "video" && tag.trueMs >= 10_000 ? { raw: tag.raw - 8_000 } : {}),
    }).filter((tag) => tag.kind === "audio" || tag.trueMs < 10_000 || tag.trueMs >= 18_000),
  );
  expect(new Set(names())).toEqual(new Set(["tracksApart"]));
  expect(range(errors(dated.filter((tag) => tag.trueMs > 20_500)).map(Math.abs))[1]!).toBeLessThanOrEqual(40);
});

test("timestamps that are all zero are replaced by arrival", () => {
  const { run, facts, clock } = testClock();
  const dated = run(encoder({ forMs: 20_000, as: () => ({ raw: 0 }) }));
  expect(facts.map((fact) => [fact.fact, "kind" in fact && fact.kind])).toEqual(
    [
      ["clockStands", "video"],
      ["clockStands", "audio"],
    ].sort() as never,
  );
  const settled = dated.filter((tag) => tag.trueMs > 1_000);
  expect(range(errors(settled).map(Math.abs))[1]!).toBeLessThan(60);
  expect(range(steps("video", settled))[1]!).toBeLessThan(45);
  // A successor dates by arrival too: a line that stands would date it late.
  expect(clock.state.lines).toEqual({});
});

test("timestamps that stop in mid-session are replaced by arrival, and believed again when they walk", () => {
  const { run, names } = testClock();
  const dated = run(
    encoder({
      forMs: 30_000,
      as: (tag) => (tag.trueMs < 5_000 ? {} : { raw: 5_000 + Math.max(0, tag.trueMs - 15_000) }),
    }),
  );
  expect(names().toSorted()).toEqual(["clockStands", "clockStands", "clockWalks", "clockWalks"]);
  expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThan(260);
  const last = [of("video", dated).at(-1)!, of("audio", dated).at(-1)!].map((tag) => tag.atMs - tag.trueMs);
  expect(Math.abs(last[0]! - last[1]!)).toBeLessThanOrEqual(1);
});

test("timestamps without any order are replaced by arrival", () => {
  const { run, names } = testClock();
  const dated = run(encoder({ forMs: 20_000, as: (tag) => ({ raw: Math.imul(tag.trueMs + 7, 0x9e3779b1) }) }));
  expect(new Set(names())).toEqual(new Set(["clockStands"]));
  expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThan(100);
});

test("a stalled network that catches up changes nothing, whether it takes a moment or seconds", () => {
  for (const [stallMs, speed] of [
    [6_000, 1e9],
    [12_000, 1e9],
    [6_000, 3],
    [3_000, 1.5],
  ] as const) {
    const { run, names } = testClock();
    // Behind the stall the tags come `speed` times as fast until they are on time.
    const tags = encoder({
      forMs: 60_000,
      as: (tag) => ({
        arrivalMs:
          tag.arrivalMs < 10_000
            ? tag.arrivalMs
            : Math.max(tag.arrivalMs, 10_000 + stallMs + (tag.arrivalMs - 10_000) / speed),
      }),
    });
    const dated = run(tags);
    expect([stallMs, speed, range(errors(dated)), names()]).toEqual([stallMs, speed, EXACT, []]);
  }
});

test("pictures that the server left out while we stood still are a hole", () => {
  const { run, names } = testClock();
  const tags = encoder({
    forMs: 30_000,
    as: (tag) => ({ arrivalMs: tag.arrivalMs < 5_000 ? tag.arrivalMs : Math.max(15_000, tag.arrivalMs) }),
  });
  const dated = run(tags.filter((tag) => tag.kind === "audio" || tag.trueMs < 12_000 || tag.trueMs >= 14_000));
  expect([range(errors(dated)), names()]).toEqual([EXACT, []]);
});

test("a picture from the future in the middle of what catches up is dated where it belongs", () => {
  const { run } = testClock();
  const dated = run(
    encoder({
      forMs: 30_000,
      as: (tag) => ({
        arrivalMs: tag.arrivalMs < 10_000 ? tag.arrivalMs : Math.max(16_000, tag.arrivalMs),
        raw: tag.kind === "video" && tag.trueMs === 12_000 ? 9e6 : tag.raw,
      }),
    }),
  );
  expect(range(errors(dated).map(Math.abs))[1]!).toBeLessThanOrEqual(1);
});

test("pictures that the encoder leaves out for five seconds are a hole", () => {
  const { run, names } = testClock();
  const dated = run(
    encoder({ forMs: 30_000 }).filter((tag) => tag.kind === "audio" || tag.trueMs < 10_000 || tag.trueMs >= 15_000),
  );
  expect([range(errors(dated)), names()]).toEqual([EXACT, []]);
});

test("an encoder that was away comes back on the same pull with another clock: the hole is as long as it was away", () => {
  for (const told of [true, false])
    for (const begins of [0, 777, 9_000, 10_100, 11_000, 90_000]) {
      const { run, clock, names } = testClock();
      const before = run(encoder({ forMs: 10_000 }));
      if (told) clock.publishedAnew();
      const back = run(
        encoder({
          forMs: 20_000,
          as: (tag) => ({ raw: tag.raw + begins, trueMs: tag.trueMs + 12_000, arrivalMs: tag.arrivalMs + 12_000 }),
        }),
      );
      const dated = [...before, ...back];
      if (told) expect([begins, range(errors(dated)), names()]).toEqual([begins, EXACT, []]);
      // Untold, timestamps that happen to go on are believed, for as long as they are within the limit.
      else expect(range(errors(dated))[0]!).toBeGreaterThan(begins === 10_100 || begins === 11_000 ? -2_000 : -50);
    }
});

test("an encoder that says again that it publishes, and goes on, is not moved", () => {
  const { run, clock, names } = testClock();
  const tags = encoder({ forMs: 20_000 });
  const first = run(tags.slice(0, 500));
  clock.publishedAnew();
  const dated = [...first, ...run(tags.slice(500))];
  expect([range(errors(dated)), names()]).toEqual([EXACT, []]);
});

test("a clock that stood while the encoder was silent goes on by arrival within seconds, in one step", () => {
  const { run, names } = testClock();
  run(encoder({ forMs: 10_000 }));
  const back = run(
    encoder({
      forMs: 20_000,
      as: (tag) => ({ raw: tag.raw + 10_000, trueMs: tag.trueMs + 19_000, arrivalMs: tag.arrivalMs + 19_000 }),
    }),
  );
  expect(names()).toEqual(["clockJumped"]);
  expect(range(errors(back.filter((tag) => tag.trueMs > 26_000)).map(Math.abs))[1]!).toBeLessThanOrEqual(50);
});

test("frames that come in bursts, at the start and later, keep the encoder's steps", () => {
  const { run, names } = testClock();
  const bursts = run(
    encoder({ forMs: 30_000, as: ({ trueMs }) => ({ arrivalMs: trueMs < 600 ? 0 : trueMs - (trueMs % 200) }) }),
  );
  // Dates that begin ahead of arrival come down to it by 1 ms a second.
  expect([range(errors(bursts)), names()]).toEqual([[-26, 0], []]);
  const wrong = bursts.filter((tag, i) => i > 0 && Math.abs(errors([tag])[0]! - errors([bursts[i - 1]!])[0]!) > 1);
  expect(wrong).toEqual([]);
});

test("any frame rate keeps the encoder's steps", () => {
  for (const fps of [0.1, 0.4, 1, 5, 23.976, 25, 29.97, 50, 59.94, 120, 240])
    for (const sound of [true, false]) {
      const { run, names } = testClock();
      const dated = run(encoder({ forMs: 40_000, fps, sound }));
      expect([fps, sound, range(errors(dated)), names()]).toEqual([fps, sound, EXACT, []]);
    }
});

test("few pictures that come unevenly keep the encoder's steps", () => {
  const { run, names } = testClock();
  const dated = run(
    encoder({
      forMs: 100_000,
      fps: 0.4,
      as: (tag) => ({ arrivalMs: tag.arrivalMs + (tag.kind === "video" ? (tag.trueMs / 2_500) % 3 : 0) * 400 }),
    }),
  );
  expect([range(errors(dated)), names()]).toEqual([EXACT, []]);
});

test("sound whose timestamps wobble keeps rising", () => {
  const { run, names } = testClock();
  const dated = run(
    encoder({
      forMs: 20_000,
      as: (tag) => (tag.kind === "audio" ? { raw: tag.raw + ((tag.trueMs * 7919) % 61) - 30 } : {}),
    }),
  );
  expect(range(steps("audio", dated))[0]!).toBeGreaterThan(0);
  expect([range(errors(dated).map(Math.abs))[1]! <= 70, names()]).toEqual([true, []]);
});

test("tags without any time between them rise by 1 ms each", () => {
  const { clock } = testClock();
  expect([0, 0, 0].map((arrivalMs) => clock.stamp("video", 0, arrivalMs))).toEqual([1_000, 1_001, 1_002]);
});
