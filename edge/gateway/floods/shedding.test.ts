import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { LoopLag } from "#runtime/base/loop-lag.ts";
import { type Sheddable, Shedding } from "./shedding.ts";

const KINDS: Sheddable[] = ["requests", "joins", "playback"];
const refused = (shedding: Shedding) => KINDS.filter((kind) => shedding.refuses(kind));

test("the later the loop, the more is refused, in one order", () => {
  const lag = { lagMs: 0 };
  const shedding = new Shedding(lag, 500);
  const at = (lagMs: number) => {
    lag.lagMs = lagMs;
    return refused(shedding);
  };
  expect([at(0), at(499)]).toEqual([[], []]);
  expect([at(500), at(999)]).toEqual([["requests"], ["requests"]]);
  expect([at(1_000), at(1_999)]).toEqual([
    ["requests", "joins"],
    ["requests", "joins"],
  ]);
  expect(at(2_000)).toEqual(KINDS);
  expect(at(0)).toEqual([]);
  expect(() => shedding.check("requests")).not.toThrow();
  lag.lagMs = 500;
  expect(() => shedding.check("requests")).toThrow("overloaded");
});

test("0 turns it off", () => {
  expect(refused(new Shedding({ lagMs: 60_000 }, 0))).toEqual([]);
});

test("a loop that stood still refuses, and lets everybody in when it has kept time for some seconds", () => {
  const manual = new ManualClock();
  let stoodMs = 0;
  const lag = new LoopLag({
    wallMs: () => manual.wallMs() + stoodMs,
    monoMs: () => manual.monoMs() + stoodMs,
    timer: (ms, ring) => manual.timer(ms, ring),
    sleep: (ms) => manual.sleep(ms),
  });
  const shedding = new Shedding(lag, 500);
  expect(refused(shedding)).toEqual([]);
  stoodMs += 1_200;
  manual.advance(100);
  expect(refused(shedding)).toEqual(["requests", "joins"]);
  manual.advance(200);
  expect(refused(shedding)).toEqual(["requests"]);
  manual.advance(300);
  expect(refused(shedding)).toEqual([]);
  lag.stop();
});
