import { expect, test } from "bun:test";
import { NOTHING_SHED, type Shedding, shed } from "./shedding.ts";

/** Observes for `seconds` with the lag that `lagMs` gives for the level; returns the levels as they change, with their second. */
function observe(
  lagMs: (level: number) => number,
  {
    seconds,
    from = NOTHING_SHED as Shedding,
    startS = 0,
    sheddable = 3,
  }: { seconds: number; from?: Shedding; startS?: number; sheddable?: number },
) {
  let state = from;
  const changes: string[] = [];
  for (let s = startS; s < startS + seconds; s++) {
    const next = shed(state, { nowMs: s * 1_000, lagMs: lagMs(state.level), sheddable });
    if (next.level !== state.level) changes.push(`${s} s: ${next.level}`);
    state = next;
  }
  return { state, changes };
}

test("a short lag sheds nothing", () => {
  let state = NOTHING_SHED;
  for (let s = 0; s < 600; s++)
    state = shed(state, { nowMs: s * 1_000, lagMs: s % 5 === 0 ? 500 : 9_000, sheddable: 3 });
  expect(state.level).toBe(0);
});

test("a lasting lag sheds one rung after the other, and no more than there are", () => {
  expect(observe(() => 9_000, { seconds: 60 }).changes).toEqual(["5 s: 1", "11 s: 2", "17 s: 3"]);
  expect(observe(() => 9_000, { seconds: 60, sheddable: 0 }).changes).toEqual([]);
});

test("a rung comes back after a minute of calm, and later each time that it was too much", () => {
  const tooMuch = (level: number) => (level === 0 ? 9_000 : 100);
  expect(observe(tooMuch, { seconds: 500 }).changes).toEqual([
    "5 s: 1",
    "66 s: 0",
    "72 s: 1",
    "193 s: 0",
    "199 s: 1",
    "440 s: 0",
    "446 s: 1",
  ]);
});

test("the pause has a longest length, and is forgotten when all went well for as long", () => {
  const { state } = observe((level) => (level === 0 ? 9_000 : 100), { seconds: 20_000 });
  expect(state.pauseMs).toBe(15 * 60_000);
  const calm = observe(() => 100, { seconds: 4_000, from: state, startS: 20_000 });
  expect(calm.state.level).toBe(0);
  const late = observe(() => 9_000, { seconds: 10, from: calm.state, startS: 24_000 });
  expect(late.state).toMatchObject({ level: 1, pauseMs: 60_000 });
});

test("a lag that is neither late nor calm changes nothing", () => {
  const from = { ...NOTHING_SHED, level: 1 };
  expect(observe(() => 1_800, { seconds: 300, from }).changes).toEqual([]);
});
