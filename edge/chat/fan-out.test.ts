import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { Turns } from "#runtime/base/turns.ts";
import { FanOut } from "./fan-out.ts";
import { FanOutPace } from "./fan-out-pace.ts";

/** A room whose writes take `writeMs` each, by a clock and a loop that are turned by hand. */
function stage({ sockets = 3, writeMs = 0 } = {}) {
  const clock = new ManualClock();
  const loop: (() => void)[] = [];
  const broke = (error: unknown) => {
    throw error;
  };
  const turns = new Turns({ clock, broke, afterIo: (run) => loop.push(run) });
  const pace = new FanOutPace({ lagMs: 0 });
  let head = 0;
  const fanOut = new FanOut({ clock, turns, pace, headSeq: () => head });
  const socket = () => {
    const one = {
      cursor: head,
      got: [] as { seq: number; atMs: number }[],
      catchUp() {
        if (one.cursor === head) return 0;
        one.cursor = head;
        clock.advance(writeMs);
        one.got.push({ seq: head, atMs: clock.monoMs() });
        return 1;
      },
    };
    return one;
  };
  const all = Array.from({ length: sockets }, socket);
  for (const one of all) fanOut.add(one, false);
  return {
    clock,
    fanOut,
    pace,
    all,
    socket,
    loop,
    say(count = 1) {
      head += count;
      fanOut.grown();
    },
    /** Every turn that is due. */
    run(turnsMax = 10_000) {
      for (let turn = 0; turn < turnsMax && loop.length > 0; turn++) loop.shift()!();
    },
  };
}

const seqs = ({ got }: { got: { seq: number }[] }) => got.map(({ seq }) => seq);

test("in a calm room each entry goes at once to everybody", () => {
  const { all, say, run } = stage();
  for (let n = 0; n < 3; n++) {
    say();
    run();
  }
  for (const one of all) expect(seqs(one)).toEqual([1, 2, 3]);
});

test("many sockets get frames as rare as the cost of their writes, and no line waits longer than 250 ms", () => {
  for (const [sockets, writeMs, rarestMs] of [
    [1_000, 0.01, 60],
    [5_000, 0.01, 250],
  ] as const) {
    const { clock, all, say, run, pace } = stage({ sockets, writeMs });
    for (let n = 0; n < 100; n++) {
      say();
      run();
    }
    const startMs = clock.monoMs();
    const before = all[0]!.got.length;
    while (clock.monoMs() < startMs + 3_000) {
      say();
      run();
      clock.advance(10);
    }
    expect(pace.intervalMs(sockets)).toBeWithin(20, rarestMs);
    const { got } = all[0]!;
    const gaps = got.slice(before + 1).map(({ atMs }, i) => atMs - got[before + i]!.atMs);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(rarestMs + 20);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(pace.intervalMs(sockets) - 20);
    expect(all.at(-1)!.got.length).toBeWithin(got.length - 1, got.length + 1);
  }
});

test("a round is cut into turns of 4 ms, and who is visited later gets what came meanwhile", () => {
  const { all, say, loop, run } = stage({ sockets: 2_000, writeMs: 0.01 });
  say();
  loop.shift()!();
  const first = all.filter(({ got }) => got.length > 0).length;
  expect(first).toBeWithin(380, 440);
  say();
  run();
  expect(seqs(all[0]!)).toEqual([1]);
  expect(seqs(all.at(-1)!)).toEqual([2]);
});

test("who was visited before an entry came gets it in the next round, without another entry", () => {
  const { clock, all, say, loop, run } = stage({ sockets: 2_000, writeMs: 0.01 });
  say();
  loop.shift()!();
  say();
  run();
  clock.advance(250);
  run();
  expect(new Set(all.map(({ got }) => got.at(-1)!.seq))).toEqual(new Set([2]));
});

test("the lag of the loop makes frames rarer, and goes when the loop has caught up", () => {
  const lag = { lagMs: 0 };
  const pace = new FanOutPace(lag);
  for (const [lagMs, intervalMs] of [
    [0, 0],
    [50, 100],
    [1_000, 250],
    [4, 0],
  ] as const) {
    lag.lagMs = lagMs;
    expect(pace.intervalMs(100)).toBe(intervalMs);
  }
});

test("a socket that nobody looks at gets one frame in two seconds, or sooner if much is said", () => {
  const { clock, fanOut, socket, say, run } = stage();
  const hidden = socket();
  fanOut.add(hidden, true);
  for (let n = 0; n < 50; n++) {
    say();
    run();
    clock.advance(100);
    run();
  }
  expect(hidden.got.length).toBeWithin(2, 4);
  say(300);
  run();
  expect(hidden.cursor).toBe(350);
  fanOut.add(hidden, false);
  say();
  run();
  expect(hidden.cursor).toBe(351);
});

test("a socket that leaves or joins during a round is no trouble, and after the stop nothing is sent", () => {
  const { fanOut, all, socket, say, loop, run } = stage({ sockets: 2_000, writeMs: 0.01 });
  say();
  loop.shift()!();
  const gone = all.at(-1)!;
  fanOut.remove(gone);
  const late = socket();
  fanOut.add(late, false);
  run();
  expect([gone.got, late.got]).toEqual([[], []]);
  say();
  fanOut.stop();
  run();
  expect(late.got).toEqual([]);
});
