import { expect, test } from "bun:test";
import { OftenStopped } from "./often-stopped.ts";
import { whepAddress } from "./realtime-delivery.ts";
import { reportIn, StreamFigures } from "./stream-figures.ts";

const NOW = 1_790_000_000_000;

test("the buffer is that of the newest pictures, and half a round trip lies before it", () => {
  const figures = new StreamFigures();
  figures.take({ jitterBufferDelay: 30, jitterBufferEmittedCount: 100, currentRoundTripTime: 0.04 }, NOW);
  const stats = figures.take({ jitterBufferDelay: 33, jitterBufferEmittedCount: 130, currentRoundTripTime: 0.04 }, NOW);
  expect(stats.bufferSeconds).toBeCloseTo(0.1, 5);
  expect(stats.behindEdgeSeconds).toBeCloseTo(0.12, 5);
  expect(figures.take({ jitterBufferDelay: 33, jitterBufferEmittedCount: 130 }, NOW).bufferSeconds).toBeCloseTo(0.1, 5);
});

test("the time since a picture was taken is by the sender's clock, since 1900 or 1970, where it can be true", () => {
  const glass = (estimatedPlayoutTimestamp: number) =>
    new StreamFigures().take({ estimatedPlayoutTimestamp }, NOW).glassSeconds;
  expect(glass(NOW - 280 + 2_208_988_800_000)).toBeCloseTo(0.28, 5);
  expect(glass(NOW - 280)).toBeCloseTo(0.28, 5);
  expect([glass(0), glass(NOW + 1_000), glass(NOW - 60_000)]).toEqual([null, null, null]);
});

test("what the browser counts of stops is told, and two within half a minute are often", () => {
  const stats = new StreamFigures().take({ freezeCount: 3, totalFreezesDuration: 1.2345 }, NOW);
  expect([stats.stalls, stats.stalledMs, stats.skips]).toEqual([3, 1_235, null]);
  const often = new OftenStopped();
  // What stopped before it was looked at does not count.
  expect([often.look(3, 0), often.look(4, 1_000), often.look(5, 2_000)]).toEqual([false, false, true]);
  expect([often.look(5, 31_500), often.look(6, 32_000), often.look(9, 33_000)]).toEqual([false, false, true]);
});

test("of the browser's statistics those of the pictures and of the way they take count", () => {
  const stats = new Map<string, object>([
    ["a", { type: "inbound-rtp", kind: "audio", framesDecoded: 9, packetsReceived: 50 }],
    ["v", { type: "inbound-rtp", kind: "video", framesDecoded: 5, packetsReceived: 300 }],
    ["p", { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 }],
    ["q", { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.02 }],
  ]);
  expect(reportIn(stats as unknown as RTCStatsReport)).toMatchObject({
    ...{ framesDecoded: 5, currentRoundTripTime: 0.02 },
    packets: 350,
  });
});

test("offers go beside the playlist, with its token and the viewer's name", () => {
  expect(whepAddress("/live/ada/~tok.en/index.m3u8?viewer=1", "https://x.test/ada")).toBe(
    "https://x.test/live/ada/~tok.en/whep?viewer=1",
  );
});
