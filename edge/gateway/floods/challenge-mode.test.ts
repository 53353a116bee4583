import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { BITS_MAX, BITS_MIN, ChallengeMode } from "./challenge-mode.ts";

function door(config: Partial<ConstructorParameters<typeof ChallengeMode>[0]["config"]> = {}) {
  const clock = new ManualClock();
  const lag = { lagMs: 0 };
  const mode = new ChallengeMode({ config: { mode: "auto", beginningsPerS: 10, lagMs: 100, ...config }, clock, lag });
  const begin = (times: number) => Array.from({ length: times }, () => mode.begins());
  return { clock, lag, begin };
}

test("as many beginnings as the bound allows need no work, one more does, and the mode stays for a minute", () => {
  const { clock, begin } = door();
  expect(new Set(begin(50))).toEqual(new Set([0]));
  expect(begin(1)).toEqual([BITS_MIN]);
  clock.advance(59_999);
  expect(begin(1)).toEqual([BITS_MIN]);
  clock.advance(1);
  expect(begin(1)).toEqual([0]);
});

test("beginnings that are spread over time are no flood", () => {
  const { clock, begin } = door();
  for (let second = 0; second < 30; second++) {
    expect(new Set(begin(10))).toEqual(new Set([0]));
    clock.advance(1_000);
  }
});

test("twice the flood is one bit more, up to a bound", () => {
  const { begin } = door();
  const bits = begin(5_000);
  expect(bits[60]).toBe(BITS_MIN);
  expect(bits[110]).toBe(BITS_MIN + 1);
  expect(bits[210]).toBe(BITS_MIN + 2);
  expect(bits.at(-1)).toBe(BITS_MAX);
});

test("a late event loop asks for work, too", () => {
  const { lag, begin } = door();
  lag.lagMs = 100;
  expect(begin(1)).toEqual([0]);
  lag.lagMs = 250;
  expect(begin(1)).toEqual([BITS_MIN + 1]);
});

test("the setting may demand work always or never, and each bound can be off", () => {
  expect(door({ mode: "on" }).begin(1)).toEqual([BITS_MIN]);
  const never = door({ mode: "off" });
  never.lag.lagMs = 9_000;
  expect(new Set(never.begin(1_000))).toEqual(new Set([0]));
  const unbound = door({ beginningsPerS: 0, lagMs: 0 });
  unbound.lag.lagMs = 9_000;
  expect(new Set(unbound.begin(1_000))).toEqual(new Set([0]));
});
