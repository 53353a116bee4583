// A relay with the real library, the real FFmpeg and a viewer on loopback: what the viewer receives is decoded.

import { afterEach, expect, test } from "bun:test";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { systemProcesses as processes } from "#runtime/process/process-bun.ts";
import { patient } from "#schema/testing-slowness.ts";
import { writeFragment } from "../fmp4/fragment-writer.ts";
import { type AudioEntry, type VideoEntry, writeInit } from "../fmp4/init-writer.ts";
import { readAudioTag } from "../intake/flv/audio-tag.ts";
import { flvMessages } from "../intake/flv/flv-file.ts";
import { lookIntoPicture } from "../intake/flv/nal-units.ts";
import { ffmpegOutput, type MadeSource, makeFlv } from "../intake/flv/testing.ts";
import { readVideoTag } from "../intake/flv/video-tag.ts";
import { EncoderRoom } from "./channel/encoder-room.ts";
import { RelayChannels } from "./channel/relay-channels.ts";
import { createDataChannelEngine } from "./engine-datachannel.ts";
import { unitsOf } from "./rtp/testing.ts";
import { Sessions } from "./sessions.ts";
import { CHANNEL } from "./testing.ts";
import { createViewerClient, type ViewerClient } from "./testing-client.ts";
import { headOf, TestEdge } from "./testing-edge.ts";
import { whepOpener } from "./whep/open-whep.ts";

const log = createLog({ name: "test", level: "silent" });
const SLOW = { timeout: patient(60_000) };
const START_CODE = Uint8Array.of(0, 0, 0, 1);
let udpPort = 29_000 + (process.pid % 900);

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

interface Fragment {
  atMs: number;
  key: boolean;
  data: Uint8Array;
}

/** The media of an encoder as an edge has them: a fragment with each picture and the sound until then. */
async function fragmentsOf(made: MadeSource): Promise<{ init: Uint8Array; fragments: Fragment[]; pictures: number }> {
  let video: VideoEntry | null = null;
  let audio: AudioEntry | null = null;
  const tags: { type: number; atMs: number; data: Uint8Array; compositionMs: number; key: boolean }[] = [];
  for (const { type, timestamp: atMs, body } of flvMessages(await makeFlv(made))) {
    const tag = type === 9 ? readVideoTag(body) : type === 8 ? readAudioTag(body) : null;
    if (tag?.kind === "header") {
      if ("avcC" in tag.config) video = tag.config;
      else audio = tag.config;
    } else if (tag?.kind === "picture")
      tags.push({
        type,
        atMs,
        data: tag.data,
        compositionMs: tag.compositionMs,
        key: lookIntoPicture(tag.data, 4).idr,
      });
    else if (tag?.kind === "sound") tags.push({ type, atMs, data: tag.data, compositionMs: 0, key: true });
  }
  const { bytes: init, tracks } = writeInit({ video: video!, audio: audio! });
  const fragments: Fragment[] = [];
  let sounds = 0;
  let waiting: typeof tags = [];
  for (const tag of tags) {
    if (tag.type === 8) {
      waiting.push(tag);
      continue;
    }
    const picture = { data: tag.data, duration: 3_000, compositionOffset: tag.compositionMs * 90, key: tag.key };
    const runs = [{ track: tracks[0]!, decodeTime: tag.atMs * 90, samples: [picture] }];
    const samples = waiting.map(({ data }) => ({ data, duration: 1_024, compositionOffset: 0, key: true }));
    if (samples.length > 0) runs.push({ track: tracks[1]!, decodeTime: sounds * 1_024, samples });
    sounds += samples.length;
    waiting = [];
    fragments.push({ atMs: tag.atMs, key: tag.key, data: writeFragment(fragments.length + 1, runs).data });
  }
  return { init, fragments, pictures: tags.filter(({ type }) => type === 9).length };
}

function startRelay() {
  const edge = new TestEdge();
  const engine = createDataChannelEngine({ clock, random, log, udpPort: ++udpPort, bind: "127.0.0.1" });
  undo.push(() => engine.stop());
  const channels = new RelayChannels({
    ...{ clock, log, dial: edge.dial, processes, edges: ["http://edge:1"] },
    ...{ ffmpegPath: "ffmpeg", room: new EncoderRoom(1) },
  });
  undo.push(() => channels.stop());
  const sessions = new Sessions({
    ...{ clock, random, log, sessionsMax: 50, offersPerSecond: 1_000 },
    openers: { whep: whepOpener({ clock, random, log, engine, channels, publicAddresses: [] }) },
  });
  undo.push(() => sessions.drain());
  const watch = async (): Promise<ViewerClient & { sessionId: string; answer: string }> => {
    const viewer = await createViewerClient();
    undo.push(() => viewer.close());
    const { answer, sessionId } = await sessions.open({ kind: "whep", channelId: CHANNEL, offer: viewer.offer });
    viewer.answered(answer);
    await until(
      "a connection",
      () => sessions.status().sessions.find(({ id }) => id === sessionId)?.connected === true,
    );
    return { ...viewer, sessionId, answer };
  };
  return { edge, sessions, watch, udpPort };
}

/** Plays them in real time, the first `ahead` of them at once. */
async function play(edge: TestEdge, fragments: readonly Fragment[], { ahead = 0 } = {}) {
  const startMs = performance.now();
  const fromMs = fragments[ahead]?.atMs ?? 0;
  for (const [index, { atMs, key, data }] of fragments.entries()) {
    const dueMs = index < ahead ? 0 : atMs - fromMs - (performance.now() - startMs);
    if (dueMs > 0) await Bun.sleep(dueMs);
    edge.last.give(data, { key });
  }
}

const numberOf = (packet: Buffer) => packet.readUInt16BE(2);
const timeOf = (packet: Buffer) => packet.readUInt32BE(4);
/** A request for one packet (RFC 4585 §6.2.1). */
function nack(ssrc: number, number: number): Buffer {
  const request = Buffer.alloc(16);
  request.set([0x81, 205, 0, 3]);
  request.writeUInt32BE(1, 4);
  request.writeUInt32BE(ssrc, 8);
  request.writeUInt16BE(number, 12);
  return request;
}
const stepsOf = (values: number[], turn: number) => values.slice(1).map((one, i) => (one - values[i]! + turn) % turn);

/** How many pictures FFmpeg decodes of what was received. */
async function decoded(video: readonly Buffer[]): Promise<number> {
  const units = unitsOf(video.map((packet) => packet.subarray(12)));
  const stream = Buffer.concat(units.flatMap((unit) => [START_CODE, unit]));
  const lines = await ffmpegOutput(["-f", "h264", "-i", "pipe:0", "-f", "framemd5", "pipe:1"], stream);
  return new TextDecoder()
    .decode(lines)
    .split("\n")
    .filter((line) => /^0,/.test(line)).length;
}

test("a viewer decodes every picture since the newest keyframe, and has sound, from one port", SLOW, async () => {
  const { init, fragments, pictures } = await fragmentsOf({ seconds: 4, size: "640x360", video: "-tune zerolatency" });
  const { edge, watch, udpPort, sessions } = startRelay();
  edge.onDial = (socket) => {
    socket.open();
    socket.begin(headOf(), init);
    for (const { data, key } of fragments.slice(0, 45)) socket.give(data, { key });
  };
  const [first, second] = [await watch(), await watch()];
  for (const { answer } of [first, second]) expect(answer).toContain(` 127.0.0.1 ${udpPort} typ host`);
  const playing = fragments.slice(45);
  await play(edge, playing);
  const wanted = pictures - 30; // A keyframe each second: the first is the picture with number 30.
  for (const { video, audio } of [first, second]) {
    await until("the pictures", () => new Set(video.map(timeOf)).size >= wanted);
    expect(new Set(stepsOf(video.map(numberOf), 0x10000))).toEqual(new Set([1]));
    expect(video.filter((packet) => packet[1]! >= 0x80).length).toBe(wanted);
    expect(await decoded(video)).toBe(wanted);
    await until("sound", () => audio.length > 100);
    expect(new Set(stepsOf(audio.map(numberOf), 0x10000))).toEqual(new Set([1]));
    expect(new Set(stepsOf(audio.map(timeOf), 2 ** 32))).toEqual(new Set([960]));
  }
  const listed = sessions.status().sessions;
  expect(listed.map(({ rendition, connected }) => [rendition, connected])).toEqual([
    ["source", true],
    ["source", true],
  ]);
  expect(Math.min(...listed.map(({ bytes }) => bytes))).toBeGreaterThan(50_000);
});

test("a packet that a viewer asks for comes again, in the stream for such packets", SLOW, async () => {
  const { init, fragments } = await fragmentsOf({ seconds: 2, video: "-tune zerolatency" });
  const { edge, watch } = startRelay();
  edge.onDial = (socket) => {
    socket.open();
    socket.begin(headOf(), init);
    for (const { data, key } of fragments.slice(0, 20)) socket.give(data, { key });
  };
  const viewer = await watch();
  await until("pictures", () => viewer.video.length >= 10);
  const wanted = viewer.video[5]!;
  expect(viewer.again).toEqual([]);
  expect(viewer.say(nack(wanted.readUInt32BE(8), numberOf(wanted)))).toBe(true);
  await until("the packet", () => viewer.again.length > 0);
  const [packet] = viewer.again as [Buffer];
  expect(timeOf(packet)).toBe(timeOf(wanted));
  expect(packet[1]! & 0x80).toBe(wanted[1]! & 0x80);
  expect(packet.readUInt32BE(8)).not.toBe(wanted.readUInt32BE(8));
  // RFC 4588 §4: the number that it was sent with at first, and then what it carries.
  expect(packet.readUInt16BE(12)).toBe(numberOf(wanted));
  expect(packet.subarray(14).toString("hex")).toBe(wanted.subarray(12).toString("hex"));
});

test("a source with B-frames is decoded without them", SLOW, async () => {
  const made = { seconds: 5, size: "640x360", video: "-preset veryfast -bf 2 -pix_fmt yuv420p" };
  const { init, fragments } = await fragmentsOf(made);
  const { edge, watch, sessions } = startRelay();
  edge.onDial = (socket) => {
    socket.open();
    socket.say({ type: "renditions", renditions: [{ name: "source", bandwidth: 1, width: 640, height: 360 }] });
    socket.begin(headOf(), init);
    for (const { data, key } of fragments.slice(0, 20)) socket.give(data, { key });
  };
  const viewer = await watch();
  expect(sessions.status().sessions[0]!.rendition).toBe("baseline");
  await play(edge, fragments.slice(20));
  await until("the pictures", () => new Set(viewer.video.map(timeOf)).size >= 130);
  expect(new Set(stepsOf(viewer.video.map(numberOf), 0x10000))).toEqual(new Set([1]));
  expect(stepsOf(viewer.video.map(timeOf), 2 ** 32).every((step) => step < 2 ** 31)).toBe(true);
  expect(await decoded(viewer.video)).toBeGreaterThanOrEqual(130);
});

test("connections that come and go leave nothing", SLOW, async () => {
  const { init, fragments } = await fragmentsOf({ seconds: 1, video: "-tune zerolatency" });
  const { edge, sessions } = startRelay();
  edge.onDial = (socket) => {
    socket.open();
    socket.begin(headOf(), init);
    for (const { data, key } of fragments) socket.give(data, { key });
  };
  const round = async () => {
    const viewer = await createViewerClient();
    const { answer, sessionId } = await sessions.open({ kind: "whep", channelId: CHANNEL, offer: viewer.offer });
    viewer.answered(answer);
    await until("a connection", () => viewer.video.length > 0);
    sessions.delete(sessionId);
    viewer.close();
  };
  for (let i = 0; i < 20; i++) await round();
  expect(sessions.size).toBe(0);
});
