// The encoders of the relay with a real FFmpeg.

import { afterEach, expect, test } from "bun:test";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemProcesses as processes } from "#runtime/process/process-bun.ts";
import { isRunning } from "#runtime/process/running.ts";
import { patient } from "#schema/testing-slowness.ts";
import { readAudioTag } from "../../intake/flv/audio-tag.ts";
import { flvMessages } from "../../intake/flv/flv-file.ts";
import { lookIntoPicture } from "../../intake/flv/nal-units.ts";
import { parseSps } from "../../intake/flv/sps.ts";
import { type MadeSource, makeFlv } from "../../intake/flv/testing.ts";
import { readVideoTag } from "../../intake/flv/video-tag.ts";
import type { FedFormat, FedSample } from "../live/rendition-feed.ts";
import { VideoLine } from "../live/video-line.ts";
import { RTP_HEADER_BYTES } from "../rtp/rtp-header.ts";
import { baselinePlan, baselineRung } from "./baseline-leg.ts";
import { EncoderLeg } from "./encoder-leg.ts";
import { opusPlan, type SoundPacket } from "./opus-leg.ts";

const log = createLog({ name: "test", level: "silent" });
const SLOW = { timeout: patient(60_000) };
const CLOCK_MS = 1_900_000_000_000;
/** Media time of the first sample: some hours after the beginning of the session. */
const FROM_MS = 20_000_000;
const ffmpegPath = "ffmpeg";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function until(what: string, isSo: () => boolean, withinMs = patient(20_000)) {
  const untilMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`not in time: ${what}`);
    await Bun.sleep(5);
  }
}

/** What an encoder sent, as the relay would read it. */
async function source(made: MadeSource): Promise<{ fed: FedFormat; samples: FedSample[] }> {
  const fed: FedFormat = { format: { tracks: [], video: null, audio: null }, clockMs: CLOCK_MS };
  const samples: FedSample[] = [];
  for (const { type, timestamp, body } of flvMessages(await makeFlv(made))) {
    const decodeMs = FROM_MS + timestamp;
    if (type === 9) {
      const tag = readVideoTag(body);
      if (tag.kind === "header") fed.format.video = { track: {} as never, config: tag.config };
      if (tag.kind !== "picture") continue;
      const key = lookIntoPicture(tag.data, 4).idr;
      samples.push({ kind: "video", data: tag.data, decodeMs, compositionMs: tag.compositionMs, key });
    } else if (type === 8) {
      const tag = readAudioTag(body);
      if (tag.kind === "header") fed.format.audio = { track: {} as never, config: tag.config };
      if (tag.kind === "sound") samples.push({ kind: "audio", data: tag.data, decodeMs, compositionMs: 0, key: true });
    }
  }
  return { fed, samples };
}

function opus() {
  const sounds: (SoundPacket & { atMs: number })[] = [];
  const plan = (fed: FedFormat) =>
    opusPlan(fed, { ffmpegPath, onSound: (sound) => sounds.push({ ...sound, atMs: performance.now() }) });
  const leg = new EncoderLeg({ clock, log, processes, kind: "opus", plan });
  undo.push(() => leg.stop());
  return { leg, sounds };
}

/** At the pace of the media. */
async function feed(leg: EncoderLeg, samples: FedSample[], { times = 1 } = {}) {
  const startMs = performance.now();
  for (const sample of samples) {
    const dueMs = (sample.decodeMs - samples[0]!.decodeMs) / times;
    if (performance.now() - startMs < dueMs) await Bun.sleep(dueMs - (performance.now() - startMs));
    leg.sample(sample);
  }
}

test("AAC becomes Opus: a packet each 20 ms on the stream's clock, without a hole", SLOW, async () => {
  const { fed, samples } = await source({ seconds: 3 });
  const { leg, sounds } = opus();
  leg.begin(fed);
  await feed(leg, samples);
  await until("the sound", () => sounds.length > 135);
  const steps = sounds.slice(1).map(({ ticks }, i) => ticks - sounds[i]!.ticks);
  expect(new Set(steps)).toEqual(new Set([960]));
  const firstMs = sounds[0]!.ticks / 48 - CLOCK_MS;
  // The encoder looks ahead by 2.5 ms.
  expect(Math.abs(firstMs - FROM_MS)).toBeLessThan(4);
  for (const { packet } of sounds) expect(packet[RTP_HEADER_BYTES]! >> 3).toBe(31); // CELT, full band, 20 ms, two channels.
});

test("sound that comes again after a lost connection is not encoded again", SLOW, async () => {
  const { fed, samples } = await source({ seconds: 2 });
  const { leg, sounds } = opus();
  leg.begin(fed);
  await feed(leg, samples, { times: 4 });
  leg.begin(fed);
  await feed(leg, samples, { times: 8 });
  await until("the sound", () => sounds.length > 85);
  await Bun.sleep(300);
  expect(sounds.length).toBeLessThan(104);
  const steps = sounds.slice(1).map(({ ticks }, i) => ticks - sounds[i]!.ticks);
  expect(new Set(steps)).toEqual(new Set([960]));
});

test("a picture with B-frames becomes Constrained Baseline without them, on the same clock", SLOW, async () => {
  const { fed, samples } = await source({
    seconds: 4,
    size: "640x360",
    video: "-preset veryfast -bf 2 -pix_fmt yuv420p",
  });
  expect(samples.some(({ compositionMs }) => compositionMs > 40)).toBe(true);
  const line = new VideoLine("baseline");
  const shown: { ticks: number; key: boolean; first: Buffer; atMs: number }[] = [];
  line.read({
    picture: () => {
      const { ticks, key, packets } = line.newest!;
      shown.push({ ticks, key, first: packets[0]!, atMs: performance.now() });
    },
    format: () => {},
    ended: () => {},
  });
  const leg = new EncoderLeg({
    ...{ clock, log, processes, kind: "baseline" },
    plan: (fed) => baselinePlan(fed, { ffmpegPath, line }),
  });
  undo.push(() => leg.stop());
  leg.begin(fed);
  await feed(
    leg,
    samples.filter(({ kind }) => kind === "video"),
  );
  await until("the pictures", () => shown.length >= 110);
  expect(shown[0]!.key).toBe(true);
  const packet = shown[0]!.first.subarray(RTP_HEADER_BYTES);
  // STAP-A: the sequence parameter set comes first.
  const sps = packet.subarray(3, 3 + packet.readUInt16BE(1));
  expect(parseSps(sps)).toMatchObject({ profile: 66, constraints: 0xc0, width: 640, height: 360, reorderPictures: 0 });
  const ms = shown.map(({ ticks }) => ticks / 90 - CLOCK_MS - FROM_MS);
  expect(ms.every((one, i) => i === 0 || one > ms[i - 1]!)).toBe(true);
  // Presentation times of the source, 1 ms late at most.
  const wanted = samples.filter(({ kind }) => kind === "video").map((s) => s.decodeMs + s.compositionMs - FROM_MS);
  wanted.sort((a, b) => a - b);
  for (const [i, one] of ms.entries()) expect(Math.abs(one - wanted[i]!)).toBeLessThan(2);
  expect(shown.filter(({ key }) => key).length).toBeGreaterThanOrEqual(4);
});

test("a rung of the picture's own shape, at most 720 lines and 33 pictures a second", () => {
  const about = (width: number, height: number, fps: number) => {
    const rung = baselineRung({ width, height, fps })!;
    return [rung.width, rung.height, rung.fps, rung.fpsMax, rung.level, rung.profile];
  };
  expect(about(1920, 1080, 60)).toEqual([1280, 720, 30, 30, "3.1", "baseline"]);
  expect(about(1280, 720, 30)).toEqual([1280, 720, 30, null, "3.1", "baseline"]);
  expect(about(640, 360, 25)).toEqual([640, 360, 25, null, "3.0", "baseline"]);
  expect(about(1080, 1920, 30)).toEqual([720, 1280, 30, null, "3.1", "baseline"]);
  expect(about(1920, 1080, 0)).toEqual([1280, 720, 30, null, "3.1", "baseline"]);
});

test("an encoder that dies is started again; stopped, nothing is left", SLOW, async () => {
  const { fed, samples } = await source({ seconds: 6 });
  const { leg, sounds } = opus();
  const pids: number[] = [];
  const spawn = processes.spawn.bind(processes);
  processes.spawn = (options) => {
    const process = spawn(options);
    pids.push(process.pid);
    return process;
  };
  undo.push(() => {
    processes.spawn = spawn;
  });
  leg.begin(fed);
  const fedAll = feed(
    leg,
    samples.filter(({ kind }) => kind === "audio"),
  );
  await until("sound", () => sounds.length > 10);
  process.kill(pids[0]!, "SIGKILL");
  const before = sounds.length;
  await until("sound again", () => sounds.length > before + 50);
  await fedAll;
  expect(pids.length).toBe(2);
  // On the same clock as before.
  expect(sounds.every(({ ticks }, i) => i === 0 || ticks > sounds[i - 1]!.ticks)).toBe(true);
  await leg.stop();
  expect(pids.filter(isRunning)).toEqual([]);
});
