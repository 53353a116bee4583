import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { RTP_HEADER_BYTES } from "../rtp/rtp-header.ts";
import { CLOCK_MS, FRAME_TICKS, fragmentOf, headOf, initOf, TestEdge } from "../testing-edge.ts";
import { type FedSample, RenditionFeed } from "./rendition-feed.ts";

const log = createLog({ name: "test", level: "silent" });
const START = CLOCK_MS * 90;

function start() {
  const clock = new ManualClock();
  const edge = new TestEdge();
  const told: string[] = [];
  const samples: FedSample[] = [];
  const feed = new RenditionFeed({
    ...{ clock, log, dial: edge.dial, edges: ["http://a:1", "http://b:1"], firstEdge: 0 },
    ...{ channelId: "c1", rendition: "source" },
    events: {
      renditions: () => {},
      begin: ({ clockMs }) => told.push(`begin ${clockMs}`),
      sample: (sample) => samples.push(sample),
      withdrawn: () => told.push("withdrawn"),
      over: (why) => told.push(why),
    },
  });
  const shown: number[] = [];
  const keys: number[] = [];
  const formats: (boolean | null)[] = [];
  feed.line.read({
    picture() {
      const { ticks, key } = feed.line.newest!;
      const index = (ticks - START) / FRAME_TICKS;
      shown.push(index);
      if (key) keys.push(index);
    },
    format: ({ reorders }) => formats.push(reorders),
    ended: () => told.push("line ended"),
  });
  edge.last.open();
  const reconnect = async () => {
    edge.last.end(1006);
    await clock.settle(200);
    edge.last.open();
  };
  return { clock, edge, told, samples, feed, shown, keys, formats, reconnect };
}

test("pictures are cut into packets, with parameter sets in front of keyframes, on the stream's clock", () => {
  const { edge, feed, shown, keys } = start();
  edge.last.begin();
  edge.last.pictures(10, 12);
  expect([shown, keys]).toEqual([[10, 11, 12], [10]]);
  expect(feed.line.format).toMatchObject({ profile: { idc: 66, constraints: 0xc0 }, reorders: false, isPlain: true });
  const [first] = feed.line.at(feed.line.newestKey!)!.packets;
  // STAP-A: SPS, PPS, slice.
  expect([first![RTP_HEADER_BYTES]! & 31, first![RTP_HEADER_BYTES + 3]! & 31]).toEqual([24, 7]);
});

test("samples come out as they are, with their times", () => {
  const { edge, samples, feed } = start();
  edge.last.begin();
  edge.last.pictures(30, 31);
  expect(samples.map(({ kind, decodeMs, key }) => [kind, Math.round(decodeMs), key])).toEqual([
    ["video", 1_000, true],
    ["audio", 1_000, true],
    ["video", 1_033, false],
    ["audio", 1_033, true],
  ]);
  expect(feed.samples.map(({ key }) => key)).toEqual([true, false]);
});

test("after a lost connection what was shown is not shown again, and what follows needs no keyframe", async () => {
  const { edge, shown, keys, reconnect } = start();
  edge.last.begin();
  edge.last.pictures(0, 5);
  await reconnect();
  edge.last.begin();
  edge.last.pictures(0, 8);
  expect(shown).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(keys).toEqual([0]);
});

test("a stream that does not reach the last picture exactly begins anew, with its keyframe", async () => {
  const { edge, shown, keys, reconnect } = start();
  edge.last.begin();
  edge.last.pictures(0, 5);
  await reconnect();
  edge.last.begin();
  edge.last.give(fragmentOf(4, { key: true }), { key: true });
  edge.last.give(fragmentOf(7));
  expect(shown).toEqual([0, 1, 2, 3, 4, 5, 4, 7]);
  expect(keys).toEqual([0, 4]);
  await reconnect();
  edge.last.begin();
  edge.last.pictures(60, 61);
  expect(keys).toEqual([0, 4, 60]);
});

test("another encoder's stream begins with its keyframe, whatever its times", async () => {
  const { edge, shown, reconnect } = start();
  edge.last.begin();
  edge.last.pictures(0, 5);
  await reconnect();
  edge.last.begin(headOf({ clockMs: CLOCK_MS + 100 }));
  edge.last.pictures(0, 1);
  expect(shown).toEqual([0, 1, 2, 3, 4, 5, 3, 4]);
});

test("B-frames are noticed by what an encoder says, or does", () => {
  const { edge, feed } = start();
  // Baseline has none, so that nothing needs to be watched.
  edge.last.begin();
  expect(feed.line.format!.reorders).toBe(false);
});

test("a rendition that is not made any more is told, and nothing comes after it", () => {
  const { edge, told, shown } = start();
  edge.last.begin(headOf({ rendition: "480p" }));
  edge.last.pictures(0, 2);
  expect([told, shown]).toEqual([["withdrawn"], []]);
});

test("an edge that sends another rendition, though this one is made, is left for the next one", async () => {
  const { edge, told, shown, clock } = start();
  edge.last.say({ type: "renditions", renditions: [{ name: "source", bandwidth: 1, width: 2, height: 2 }] });
  edge.last.begin();
  edge.last.pictures(0, 2);
  edge.last.begin(headOf({ rendition: "480p" }));
  await clock.settle(200);
  expect(edge.sockets.map(({ url }) => url.hostname)).toEqual(["a", "b"]);
  edge.last.open();
  edge.last.begin();
  edge.last.pictures(0, 4);
  expect(shown).toEqual([0, 1, 2, 3, 4]);
  expect(told.filter((one) => !one.startsWith("begin"))).toEqual([]);
});

test("an init segment or a fragment that makes no sense is left out", () => {
  const { edge, shown } = start();
  edge.last.begin(headOf(), initOf().bytes.slice(0, 60));
  edge.last.pictures(0, 2);
  edge.last.begin();
  const broken = fragmentOf(3, { key: true });
  broken[24] = 0xff; // The size of the traf box.
  edge.last.give(broken, { key: true });
  edge.last.pictures(5, 6);
  expect(shown).toEqual([5, 6]);
});
