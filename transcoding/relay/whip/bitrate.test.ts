import { expect, test } from "bun:test";
import { BITRATE_MIN, BITRATE_START, BitrateEstimate } from "./bitrate.ts";

/** Seconds of packets at a rate, with a delay that may grow; returns what is told then. */
function send(
  estimate: BitrateEstimate,
  {
    seconds,
    fromS = 0,
    bps = 2_500_000,
    delayMs = () => 0,
    fractionLost = 0,
  }: {
    seconds: number;
    fromS?: number;
    bps?: number;
    delayMs?(ms: number): number;
    fractionLost?: number;
  },
) {
  for (let s = 0; s < seconds; s++) {
    for (let n = 0; n < 100; n++) {
      const ms = (fromS + s) * 1_000 + n * 10;
      estimate.packet({ bytes: bps / 800, delayMs: delayMs(ms) }, ms);
    }
    estimate.look(fractionLost, (fromS + s + 1) * 1_000);
  }
  return estimate.bitsPerSecond;
}

test("it begins in the middle, rises while the line is calm, and never goes beyond the limit", () => {
  const estimate = new BitrateEstimate(4_000_000);
  expect(estimate.bitsPerSecond).toBe(BITRATE_START);
  expect(send(estimate, { seconds: 4 })).toBeGreaterThan(BITRATE_START * 1.2);
  expect(send(estimate, { seconds: 60, fromS: 4, bps: 4_000_000 })).toBe(4_000_000);
  expect(new BitrateEstimate(1_000_000).bitsPerSecond).toBe(1_000_000);
});

test("packets that queue lower it below what comes, and again only a second later", () => {
  const estimate = new BitrateEstimate(8_000_000);
  send(estimate, { seconds: 3 });
  const lowered = send(estimate, { seconds: 1, fromS: 3, bps: 1_500_000, delayMs: () => 400 });
  expect(lowered).toBeCloseTo(1_500_000 * 0.85, -3);
  for (let n = 0; n < 10; n++) estimate.packet({ bytes: 1_000, delayMs: 400 }, 4_100);
  estimate.look(0, 4_200);
  expect(estimate.bitsPerSecond).toBe(lowered);
});

test("one late burst is no queue; much loss is one", () => {
  const estimate = new BitrateEstimate(8_000_000);
  const before = send(estimate, { seconds: 3 });
  expect(send(estimate, { seconds: 1, fromS: 3, delayMs: (ms) => (ms % 1_000 < 300 ? 500 : 0) })).toBeGreaterThan(
    before,
  );
  expect(send(estimate, { seconds: 1, fromS: 4, fractionLost: 60 })).toBeLessThan(before);
});

test("it has a least value, and who sends nothing changes nothing", () => {
  const estimate = new BitrateEstimate(8_000_000);
  expect(send(estimate, { seconds: 60, bps: 100_000, fractionLost: 100 })).toBe(BITRATE_MIN);
  estimate.look(255, 100_000);
  expect(estimate.bitsPerSecond).toBe(BITRATE_MIN);
});
