// Tells a hung FFmpeg from an encoder that sends nothing.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { StallWatch } from "./ffmpeg-stall-watch.ts";

/** `ratePerS`: bytes per second that nginx sends to the pull. */
function watching({ ratePerS = 0, attached = true, silentStat = false } = {}) {
  const clock = new ManualClock();
  const bornMs = clock.monoMs();
  const state = { ratePerS };
  const stalls: string[] = [];
  let sent = 0;
  let atMs = bornMs;
  const watch = new StallWatch({
    clock,
    source: {
      attached: () => attached,
      async sentBytes() {
        sent += (state.ratePerS * (clock.monoMs() - atMs)) / 1_000;
        atMs = clock.monoMs();
        return silentStat ? null : sent;
      },
    },
    onStall: (stall, stillMs) => stalls.push(`${stall} ${stillMs}`),
  });
  return { clock, watch, state, stalls };
}

test("an FFmpeg that is sent media and has no output for 3 s is hung", async () => {
  const { clock, watch, stalls } = watching({ ratePerS: 300_000 });
  for (let n = 0; n < 20; n++) {
    watch.moved();
    await clock.settle(400, 100);
  }
  expect(stalls).toEqual([]);
  await clock.settle(3_000, 100);
  expect(stalls).toEqual(["hung 3000"]);
  expect(clock.waiting).toBe(0);
});

test("an encoder that sends nothing for some seconds does not end FFmpeg", async () => {
  const { clock, watch, stalls } = watching();
  watch.moved();
  await clock.settle(9_000, 100);
  watch.moved();
  await clock.settle(9_000, 100);
  expect(stalls).toEqual([]);
  await clock.settle(2_000, 100);
  expect(stalls).toEqual(["silent 10000"]);
});

test("the bytes of sound alone do not count as hung: FFmpeg holds sound back until a picture comes", async () => {
  const { clock, watch, stalls } = watching({ ratePerS: 20_000 });
  watch.moved();
  await clock.settle(4_500, 100);
  expect(stalls).toEqual([]);
});

test("before its first byte FFmpeg has more time", async () => {
  const { clock, stalls } = watching({ ratePerS: 300_000 });
  await clock.settle(7_000, 100);
  expect(stalls).toEqual([]);
  await clock.settle(1_500, 100);
  expect(stalls).toEqual(["hung 8000"]);
});

test("a pull that never reaches nginx is given up; an attached pull may wait for a keyframe", async () => {
  const lost = watching({ attached: false });
  await lost.clock.settle(3_100, 100);
  expect(lost.stalls).toEqual(["unattached 3000"]);
  const waiting = watching();
  await waiting.clock.settle(9_000, 100);
  expect(waiting.stalls).toEqual([]);
});

test("without answers from nginx only silence is detected", async () => {
  const { clock, watch, stalls } = watching({ ratePerS: 300_000, silentStat: true });
  watch.moved();
  await clock.settle(9_000, 100);
  expect(stalls).toEqual([]);
  await clock.settle(2_000, 100);
  expect(stalls).toEqual(["silent 10000"]);
});

test("a stopped watch reports nothing", async () => {
  const { clock, watch, stalls } = watching({ ratePerS: 300_000 });
  watch.stop();
  await clock.settle(20_000, 500);
  expect([stalls, clock.waiting]).toEqual([[], 0]);
});
