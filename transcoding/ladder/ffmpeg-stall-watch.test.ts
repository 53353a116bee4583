// What counts as an FFmpeg that hangs, and what is only an encoder that sends nothing.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { StallWatch } from "./ffmpeg-stall-watch.ts";

/** `ratePerS`: what nginx sends to the pull. */
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

test("sent media, it gives none for 3 s: hung", async () => {
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

test("an encoder that sends nothing for some seconds costs no FFmpeg", async () => {
  const { clock, watch, stalls } = watching();
  watch.moved();
  await clock.settle(9_000, 100);
  watch.moved();
  await clock.settle(9_000, 100);
  expect(stalls).toEqual([]);
  await clock.settle(2_000, 100);
  expect(stalls).toEqual(["silent 10000"]);
});

test("sound alone is not much: FFmpeg holds it back until a picture comes", async () => {
  const { clock, watch, stalls } = watching({ ratePerS: 20_000 });
  watch.moved();
  await clock.settle(4_500, 100);
  expect(stalls).toEqual([]);
});

test("before its first byte it has longer", async () => {
  const { clock, stalls } = watching({ ratePerS: 300_000 });
  await clock.settle(7_000, 100);
  expect(stalls).toEqual([]);
  await clock.settle(1_500, 100);
  expect(stalls).toEqual(["hung 8000"]);
});

test("a pull that nginx never heard of is given up; once it was heard, the stream may wait for a keyframe", async () => {
  const lost = watching({ attached: false });
  await lost.clock.settle(3_100, 100);
  expect(lost.stalls).toEqual(["unattached 3000"]);
  const waiting = watching();
  await waiting.clock.settle(9_000, 100);
  expect(waiting.stalls).toEqual([]);
});

test("where nginx does not answer, only silence is noticed", async () => {
  const { clock, watch, stalls } = watching({ ratePerS: 300_000, silentStat: true });
  watch.moved();
  await clock.settle(9_000, 100);
  expect(stalls).toEqual([]);
  await clock.settle(2_000, 100);
  expect(stalls).toEqual(["silent 10000"]);
});

test("stopped, it is silent", async () => {
  const { clock, watch, stalls } = watching({ ratePerS: 300_000 });
  watch.stop();
  await clock.settle(20_000, 500);
  expect([stalls, clock.waiting]).toEqual([[], 0]);
});
