import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { type AacFrame, HELD_BYTES_MAX, OpusToAac, STARTS_MAX } from "./opus-to-aac.ts";
import { adtsFrame, OPUS_20_MS } from "./testing-sound.ts";

function encoder() {
  const processes = new MemoryProcesses();
  const clock = new ManualClock();
  const frames: AacFrame[] = [];
  const one = new OpusToAac({
    ...{ processes, clock, log: createLog({ name: "test", level: "silent" }), ffmpegPath: "ffmpeg" },
    onFrame: (frame) => frames.push(frame),
  });
  /** Where the packets end that were written, in samples since the beginning of this run. */
  const granules = (run = processes.started.length - 1) =>
    processes.started[run]!.input!.chunks.slice(1).map((page) =>
      Number(new DataView(page.buffer, page.byteOffset).getBigUint64(6, true)),
    );
  return { one, processes, clock, frames, granules };
}

test("it starts with the first packet, and dates frames by counting from there, without the encoder's first one", () => {
  const { one, processes, frames, granules } = encoder();
  expect(processes.started.length).toBe(0);
  for (let n = 0; n < 3; n++) one.packet(OPUS_20_MS, 5_000 + n * 960);
  expect(processes.started[0]!.options.argv).toContain("libopus");
  expect(granules()).toEqual([960, 1_920, 2_880]);
  processes.started[0]!.options.onOutput!(adtsFrame(new Uint8Array(100)));
  processes.started[0]!.options.onOutput!(adtsFrame(new Uint8Array(90)));
  expect(frames.map(({ atSamples }) => atSamples)).toEqual([5_000 - 1_024, 5_000]);
});

test("few lost packets are concealed, a longer hole stays one, and overlapping sound is put behind", () => {
  const { one, granules } = encoder();
  for (const at of [0, 960 * 3, 960 * 20, 960 * 20 + 500]) one.packet(OPUS_20_MS, at);
  expect(granules()).toEqual([960, 1_920, 2_880, 3_840, 960 * 21, 960 * 22]);
});

test("what is no Opus is left out", () => {
  const { one, processes } = encoder();
  one.packet(new Uint8Array(0), 0);
  one.packet(Uint8Array.of((31 << 3) | 3, 0), 0);
  expect(processes.started.length).toBe(0);
});

test("one that ends is started again after a pause, a few times", async () => {
  const { one, processes, clock } = encoder();
  let samples = 0;
  const next = () => {
    samples += 960;
    one.packet(OPUS_20_MS, samples);
  };
  next();
  for (let n = 1; n < STARTS_MAX + 2; n++) {
    processes.started.at(-1)!.end({ code: 1, signal: null });
    await clock.settle();
    next();
    expect(processes.started.length).toBe(Math.min(n, STARTS_MAX));
    await clock.settle(500, 100);
    next();
  }
  expect(processes.started.length).toBe(STARTS_MAX);
});

test("one that reads nothing is ended, and so is one whose output is no AAC, or whose sender's clock jumps", async () => {
  const { one, processes, clock } = encoder();
  one.packet(OPUS_20_MS, 0);
  processes.started[0]!.input!.heldBytes = HELD_BYTES_MAX + 1;
  await clock.settle(500, 100);
  one.packet(OPUS_20_MS, 960);
  await clock.settle();
  expect([processes.started.length, processes.started[0]!.input!.ended]).toEqual([2, true]);
  processes.started[1]!.options.onOutput!(new Uint8Array(50));
  await clock.settle(500, 100);
  one.packet(OPUS_20_MS, 1_920);
  expect(processes.started.length).toBe(3);
  await clock.settle(500, 100);
  one.packet(OPUS_20_MS, 2 ** 31);
  expect(processes.started.length).toBe(4);
});

test("a stop asks, and resolves when the process is gone; nothing is started after it", async () => {
  const { one, processes, clock } = encoder();
  one.packet(OPUS_20_MS, 0);
  let isGone = false;
  void one.stop().then(() => {
    isGone = true;
  });
  await clock.settle();
  expect([processes.started[0]!.input!.ended, isGone]).toEqual([true, false]);
  await clock.settle(2_000, 100);
  expect(processes.started[0]!.signals).toEqual(["SIGTERM", "SIGKILL"]);
  expect(isGone).toBe(true);
  one.packet(OPUS_20_MS, 960);
  await one.stop();
  expect(processes.started.length).toBe(1);
});
