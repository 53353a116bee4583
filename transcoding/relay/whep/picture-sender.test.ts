import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { type LineFormat, VideoLine } from "../live/video-line.ts";
import { isRefused, readOffer } from "../sdp/offer.ts";
import { isChosen } from "../sdp/offered.ts";
import { h264, offerOf, rtx, video } from "../sdp/testing.ts";
import { TestTrack } from "../testing-engine.ts";
import { PictureSender } from "./picture-sender.ts";
import { StreamTime } from "./stream-time.ts";

const FRAME = 3_000;
const BASE = 1_900_000_000_000 * 90;
const BASELINE: LineFormat = {
  ...{ profile: { idc: 66, constraints: 0xc0 }, width: 320, height: 180, reorders: false, isPlain: true },
};
const MAIN: LineFormat = { ...BASELINE, profile: { idc: 77, constraints: 0 } };
const TYPES: Record<number, number> = { 66: 102, 77: 104 };

function lineOf(name: string, format = BASELINE) {
  const line = new VideoLine(name);
  line.begin(format);
  let index = 0;
  const push = (idr: boolean, bytes = 100, at = index) => {
    const slice = new Uint8Array(bytes).fill(at & 255);
    slice[0] = idr ? 0x65 : 0x41;
    line.push({ units: [slice], idr }, BASE + at * FRAME);
    index = at + 1;
  };
  /** K: a keyframe. */
  const play = (keys: string, bytes = 100) => {
    for (const one of keys) push(one === "K", bytes);
  };
  return { line, push, play };
}

function trackOf() {
  const lines = [...h264(102, "42e01f"), ...rtx(103, 102), ...h264(104, "4d001f")];
  const offer = readOffer(offerOf([video({ formats: "102 103 104", lines })], { bundle: "0" }), {
    ...{ role: "whep", profiles: [BASELINE.profile], others: [MAIN.profile] },
  });
  if (isRefused(offer)) throw new Error(offer.detail);
  return new TestTrack(offer.media.find(isChosen)!, 1_000, 2_000);
}

function start(line: VideoLine) {
  const clock = new ManualClock();
  const track = trackOf();
  const told: string[] = [];
  const sender = new PictureSender({
    ...{ clock, random: new SeededRandom(1), track, line, time: new StreamTime(clock, 7) },
    payloadTypeOf: ({ profile }) => TYPES[profile.idc] ?? null,
    rtxPayloadTypes: new Map([[102, 103]]),
    onFirst: () => told.push("first"),
    onUnfit: (why) => told.push(why),
  });
  const numbers = () => track.rtp.map((packet) => packet.readUInt16BE(2));
  const times = () => track.rtp.map((packet) => packet.readUInt32BE(4));
  const slices = () => track.rtp.map((packet) => packet.at(-1)!);
  return { clock, track, sender, told, numbers, times, slices };
}
const steps = (values: number[], turn: number) => values.slice(1).map((one, i) => (one - values[i]! + turn) % turn);

test("a viewer begins with the newest keyframe, and has no gap in numbers and no step back in time from then on", () => {
  const { line, play } = lineOf("source");
  play("K...K..");
  const { numbers, times, slices, told, track } = start(line);
  play("..K.");
  expect(slices()).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(steps(numbers(), 0x10000)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(steps(times(), 2 ** 32)).toEqual([90, 90, FRAME, FRAME, FRAME, FRAME]);
  expect(told).toEqual(["first"]);
  expect(track.rtp.every((packet) => (packet[1]! & 0x7f) === 102 && packet[1]! >= 0x80)).toBe(true);
});

test("without a keyframe a viewer waits for one", () => {
  const { line, play } = lineOf("source");
  const { slices, track } = start(line);
  play("..");
  expect(track.sent).toEqual([]);
  play("K.");
  expect(slices()).toEqual([2, 3]);
});

test("sender reports come with the first packet and say the stream's clock", () => {
  const { line, play } = lineOf("source");
  play("K");
  const { track, clock, sender, times } = start(line);
  const [report] = track.rtcp;
  expect(report!.readUInt32BE(4)).toBe(1_000);
  // 1/90 000 s of the wall clock, from the base on.
  expect(report!.readUInt32BE(16)).toBe((clock.wallMs() * 90 + 7) % 2 ** 32);
  expect(times()[0]).toBe((BASE + 7) % 2 ** 32);
  clock.advance(1_000);
  sender.report();
  expect(track.rtcp[1]!.readUInt32BE(16) - report!.readUInt32BE(16)).toBe(90_000);
});

test("a whole group of pictures is spread over some tenths of a second", async () => {
  const { line, play } = lineOf("source");
  play(`K${".".repeat(59)}`, 12_000);
  const { track, clock } = start(line);
  const atOnce = track.rtp.reduce((sum, { length }) => sum + length, 0);
  expect(atOnce).toBeGreaterThan(64_000);
  expect(atOnce).toBeLessThan(80_000);
  await clock.settle(50, 1);
  expect(track.rtp.length).toBeLessThan(60 * 11);
  await clock.settle(200, 1);
  expect(track.rtp.length).toBe(60 * 11);
});

test("who is far behind the newest keyframe goes on with that one", async () => {
  const { line, play } = lineOf("source");
  play(`K${".".repeat(45)}`, 30_000);
  const { slices, clock, numbers } = start(line);
  play("K.", 30_000);
  await clock.settle(2_000, 1);
  const shown = [...new Set(slices())];
  expect(shown.at(-1)).toBe(47);
  expect(shown.length).toBeLessThan(48);
  expect(new Set(steps(numbers(), 0x10000))).toEqual(new Set([1]));
});

test("lost packets come again by RTX, and not those of an earlier group", () => {
  const { line, play } = lineOf("source");
  play("K..");
  const { sender, track, numbers } = start(line);
  const [, second] = numbers();
  sender.resend([second!]);
  const again = track.rtp.at(-1)!;
  expect([again[1]! & 0x7f, again.readUInt32BE(8), again.readUInt16BE(12)]).toEqual([103, 2_000, second!]);
  play("K");
  const before = track.rtp.length;
  sender.resend([second!]);
  expect(track.rtp.length).toBe(before);
});

test("a viewer who asks for everything again gets a share of it", () => {
  const { line, play } = lineOf("source");
  play(`K${".".repeat(99)}`);
  const { sender, track, numbers, clock } = start(line);
  const all = numbers();
  for (let round = 0; round < 10; round++) {
    clock.advance(30);
    sender.resend(all);
  }
  expect(track.rtp.length - all.length).toBe(60);
  sender.report();
  clock.advance(30);
  sender.resend(all);
  expect(track.rtp.length - all.length).toBe(120);
});

test("another rendition begins with its keyframe, by its payload type, without a gap", () => {
  const [source, low] = [lineOf("source"), lineOf("480p", MAIN)];
  source.play("K...");
  const { sender, track, numbers, times } = start(source.line);
  low.push(true, 100, 2);
  sender.turnTo(low.line);
  source.play("..");
  low.play("..");
  expect(track.rtp.map((packet) => packet[1]! & 0x7f)).toEqual([102, 102, 102, 102, 104, 104, 104]);
  expect(steps(numbers(), 0x10000)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(steps(times(), 2 ** 32).every((step) => step > 0 && step < 90_000)).toBe(true);
});

test("a format that the viewer cannot take, a rendition that ends, and a clock that jumps back are told", () => {
  const { line, play } = lineOf("source");
  play("K.");
  const { told } = start(line);
  line.begin({ ...BASELINE, profile: { idc: 100, constraints: 0 } });
  expect(told).toEqual(["first", "format"]);
  const other = lineOf("source");
  other.play("K.");
  const second = start(other.line);
  other.line.end();
  expect(second.told).toEqual(["first", "withdrawn"]);
  const third = lineOf("source");
  third.push(true, 100, 100_000);
  const { told: clockTold } = start(third.line);
  third.push(false, 100, 1);
  expect(clockTold).toEqual(["first", "clock"]);
});

test("stopped, nothing is sent and no timer is left", async () => {
  const { line, play } = lineOf("source");
  play(`K${".".repeat(59)}`, 12_000);
  const { sender, track, clock } = start(line);
  sender.stop();
  const before = track.sent.length;
  play("K.");
  await clock.settle(1_000, 10);
  expect([track.sent.length, clock.waiting, line.readers]).toEqual([before, 0, 0]);
});
