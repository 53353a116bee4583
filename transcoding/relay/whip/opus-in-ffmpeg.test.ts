// Sound through the real FFmpeg: what comes out is AAC, and stands where it was said to be.

import { expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { u32 } from "#runtime/fmp4/box.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { patient } from "#schema/testing-slowness.ts";
import { concat } from "../../bytes.ts";
import { ffmpegOutput } from "../../intake/flv/testing.ts";
import { type AacFrame, OpusToAac } from "./opus-to-aac.ts";
import { adtsFrame } from "./testing-sound.ts";

const RATE = 48_000;
const PACKET = 960;
const OGGS = 0x4f676753;

/** A tone of 1 kHz from 1.0 s to 1.2 s, in silence, as packets of 20 ms. */
async function opusPackets(seconds: number): Promise<Uint8Array[]> {
  const tone = `aevalsrc=if(between(t\\,1\\,1.2)\\,0.8*sin(2*PI*1000*t)\\,0)|0:s=${RATE}:d=${seconds}`;
  const ogg = await ffmpegOutput([
    "-f",
    "lavfi",
    "-i",
    tone,
    "-c:a",
    "libopus",
    "-b:a",
    "96k",
    "-frame_duration",
    "20",
    "-f",
    "ogg",
    "pipe:1",
  ]);
  return packetsOf(ogg).slice(2); // The headers.
}

function packetsOf(ogg: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let pieces: Uint8Array[] = [];
  for (let at = 0; at + 27 <= ogg.length && u32(ogg, at) === OGGS; ) {
    const laces = ogg.subarray(at + 27, at + 27 + ogg[at + 26]!);
    at += 27 + laces.length;
    for (const lace of laces) {
      pieces.push(ogg.subarray(at, at + lace));
      at += lace;
      if (lace === 255) continue;
      packets.push(concat(...pieces));
      pieces = [];
    }
  }
  return packets;
}

/** The frames that come of these packets, the n-th of which is dated `n` × 20 ms from `from`. */
async function encoded(packets: readonly Uint8Array[], { from = 0, without = (_: number): boolean => false } = {}) {
  const frames: AacFrame[] = [];
  const encoder = new OpusToAac({
    ...{ processes: systemProcesses, clock: systemClock, ffmpegPath: "ffmpeg" },
    log: createLog({ name: "test", level: "silent" }),
    onFrame: (frame) => frames.push(frame),
  });
  for (const [n, packet] of packets.entries()) if (!without(n)) encoder.packet(packet, from + n * PACKET);
  const expected = Math.floor((packets.length * PACKET) / 1_024) - 3;
  for (let left = patient(10_000); frames.length < expected && left > 0; left -= 20) await Bun.sleep(20);
  await encoder.stop();
  return frames;
}

/** The level of each millisecond of what was encoded, by the times that the frames were given. */
async function levels(frames: readonly AacFrame[], from: number): Promise<(ms: number) => number> {
  const pcm = await ffmpegOutput(
    ["-f", "aac", "-i", "pipe:0", "-f", "s16le", "-ac", "1", "-ar", String(RATE), "pipe:1"],
    concat(...frames.map(({ data }) => adtsFrame(data))),
  );
  const samples = new Int16Array(pcm.slice().buffer);
  const first = frames[0]!.atSamples - from;
  return (ms) => {
    const at = Math.round((ms * RATE) / 1_000) - first;
    return Math.max(0, ...samples.subarray(Math.max(0, at), at + RATE / 1_000).map(Math.abs));
  };
}
const LOUD = 3_000;
/** When the tone begins. */
const begins = (level: (ms: number) => number, fromMs = 0) => {
  for (let ms = fromMs; ms < 4_000; ms++) if (level(ms) > LOUD) return ms;
  return null;
};

test(
  "a tone at 1.0 s stands at 1.0 s, wherever the stream's clock begins",
  async () => {
    const packets = await opusPackets(2);
    for (const from of [0, 4_000_000_000]) {
      const frames = await encoded(packets, { from });
      expect(frames.length).toBeGreaterThan(85);
      expect(new Set(frames.slice(1).map(({ atSamples }, n) => atSamples - frames[n]!.atSamples))).toEqual(
        new Set([1_024]),
      );
      // Opus' own delay is 6.5 ms.
      expect(begins(await levels(frames, from))).toBeWithin(990, 1_020);
    }
  },
  patient(30_000),
);

test(
  "lost packets, a few or many, leave what follows where it was",
  async () => {
    const packets = await opusPackets(2);
    for (const without of [(n: number) => n >= 20 && n < 23, (n: number) => n >= 10 && n < 40]) {
      const frames = await encoded(packets, { without });
      expect(begins(await levels(frames, 0))).toBeWithin(985, 1_025);
    }
  },
  patient(30_000),
);

test(
  "frames come soon after their packets",
  async () => {
    const packets = await opusPackets(2);
    const delays: number[] = [];
    const sentMs: number[] = [];
    const encoder = new OpusToAac({
      ...{ processes: systemProcesses, clock: systemClock, ffmpegPath: "ffmpeg" },
      log: createLog({ name: "test", level: "silent" }),
      onFrame: ({ atSamples }) => {
        const packet = Math.floor((atSamples + 1_024) / PACKET);
        if (packet > 25 && sentMs[packet] !== undefined) delays.push(performance.now() - sentMs[packet]!);
      },
    });
    const startMs = performance.now();
    for (const [n, packet] of packets.entries()) {
      await Bun.sleep(Math.max(0, startMs + n * 20 - performance.now()));
      sentMs.push(performance.now());
      encoder.packet(packet, n * PACKET);
    }
    await encoder.stop();
    delays.sort((a, b) => a - b);
    console.log(
      `from packet to frame: median ${Math.round(delays[delays.length >> 1]!)} ms, worst ${Math.round(delays.at(-1)!)} ms`,
    );
    expect(delays[delays.length >> 1]!).toBeLessThan(patient(250));
  },
  patient(30_000),
);
