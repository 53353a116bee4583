// The limits of a broadcast: over one it ends, or does not begin.

import { expect, test } from "bun:test";
import { fakeChannel } from "../testing.ts";
import { Channel } from "./channel.ts";
import { type BroadcastLimits, NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import { from, given, publish, published, ready } from "./testing.ts";

const seen = (more: { width?: number; height?: number; bitrateKbps?: number } = {}): Message => ({
  type: "sourceSeen",
  publicName: "public-1",
  info: {
    ...{ width: 1280, height: 720, fps: 30, videoCodec: "avc1", audioCodec: null, bitrateKbps: 3_000 },
    keyframeIntervalMs: 2_000,
    ...more,
  },
});
const live = (limits: Partial<BroadcastLimits>) =>
  from(given(published("1"), ready).state, { ...NO_LIMITS, ...limits });

test("without limits everything is taken", () => {
  expect(live({}).after(seen({ width: 9_000, bitrateKbps: 500_000 })).state.phase).toBe("live");
});

test("a bitrate over the limit ends the broadcast after three reports in a row, and the dashboard says why", () => {
  const limited = live({ bitrateKbpsMax: 3_500 });
  const over = seen({ bitrateKbps: 6_000 });
  expect(limited.after(over, over, seen(), over, over).state.phase).toBe("live");
  const ended = limited.after(over, over, over);
  expect(ended.state).toMatchObject({
    phase: "offline",
    dropping: [{ publicName: "public-1" }],
    unrecorded: [{ endReason: "limit" }],
  });
  expect(ended.when({ type: "health" }).reply).toMatchObject({
    lastEnd: { why: "limit", detail: expect.stringContaining("6000 kbit/s and 3500 are allowed") },
  });
  expect(ended.after(publish("2")).state.phase).toBe("preview"); // OBS comes back by itself: no endless loop of broadcasts.
});

test("a picture over the limit never goes live, upright or not, and is not tried again until the encoder reconnects", () => {
  for (const size of [
    { width: 2560, height: 1440 },
    { width: 1440, height: 2560 },
  ]) {
    const starting = from(given(published("1")).state, { ...NO_LIMITS, widthMax: 1920, heightMax: 1080 });
    expect(starting.after(seen(size)).state).toMatchObject({
      phase: "starting",
      problem: { code: "over_limit", detail: expect.stringContaining(`${size.width}x${size.height}`) },
      pause: { untilMs: null },
    });
  }
});

test("a broadcast ends at the limit of its duration, also while its encoder is away", () => {
  const limits = { ...NO_LIMITS, durationMsMax: 3_600_000 };
  const channel = new Channel({ children: [], graceMs: 90_000, limits }, fakeChannel());
  const on = live(limits);
  const gone = on.after({ type: "publishDone", session: { ingest: "main", boot: "b", clientId: "1" } });
  for (const { state, when } of [on, gone]) {
    expect(channel.runs(state, new Set()).timers?.duration?.dueMs).toBe(1_000 + 3_600_000);
    expect(when({ type: "durationOver" }).events).toMatchObject([{ type: "ended", why: "limit" }]);
  }
  expect(channel.runs(given(published("1")).state, new Set()).timers?.duration).toBeUndefined();
});
