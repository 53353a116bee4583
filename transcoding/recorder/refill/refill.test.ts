// A hole in a recording, filled from files as nginx-rtmp writes them: the same media as if the owner had never gone.

import { beforeAll, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { initOf } from "#runtime/fmp4/init.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { SegmentEntry } from "#schema/queries/videos/recording.ts";
import { patient } from "#schema/testing-slowness.ts";
import { concat } from "../../bytes.ts";
import { flvHeader, flvMessages, flvTag } from "../../intake/flv/flv-file.ts";
import { type MadeSource, makeFlv } from "../../intake/flv/testing.ts";
import type { RtmpMessage } from "../../intake/rtmp/message.ts";
import { complaints, type Placed, seams, TestIntake } from "../../intake/testing.ts";
import type { MadeSegment } from "../../packager/shelf/made.ts";
import { cutsOf } from "./cuts.ts";
import { type Filled, type Hole, refill as refillBetween } from "./refill.ts";
import { Refiller } from "./refiller.ts";

const refill = (hole: Hole, files: Uint8Array[]) => refillBetween(hole, files, async () => {});

const BASE_MS = 1_900_000_000_000;
const SECONDS = 9;

interface Scene {
  messages: RtmpMessage[];
  init: MadeSegment["media"] & {};
  fragments: Placed[];
}

async function sceneOf(source: MadeSource): Promise<Scene> {
  const messages = flvMessages(await makeFlv({ seconds: SECONDS, size: "160x90", ...source }));
  const intake = new TestIntake();
  intake.play(messages);
  intake.clock.advance(1_000);
  const { init } = intake.outputs[0]!;
  return { messages, init: { init: initOf(init), chunks: [], bytes: 0 }, fragments: intake.fragments };
}

let withSound: Scene;
let silent: Scene;
beforeAll(async () => {
  withSound = await sceneOf({ video: "-bf 2 -pix_fmt yuv420p", audio: "-ac 2" });
  silent = await sceneOf({ video: "-bf 2 -pix_fmt yuv420p", audio: null });
}, patient(60_000));

const isHeader = ({ body, type }: RtmpMessage) => (type === 9 || type === 8) && body[1] === 0;
const isKeyframe = ({ body, type }: RtmpMessage) => type === 9 && body[0] === 0x17 && body[1] === 1;

/** Files that begin with the keyframes of these seconds; the last one ends `cutOff` bytes early. */
function filesOf({ messages }: Scene, begins: number[], cutOff = 0): Uint8Array[] {
  const headers = messages.filter(isHeader);
  const keys = messages.filter(isKeyframe).map(({ timestamp }) => timestamp);
  const fromMs = begins.map((second) => keys[second]!);
  return fromMs.map((beginMs, i) => {
    const endMs = fromMs[i + 1] ?? Number.POSITIVE_INFINITY;
    const own = messages.filter((m) => !isHeader(m) && m.timestamp >= beginMs && m.timestamp < endMs);
    const tag = ({ type, timestamp, body }: RtmpMessage) => flvTag(type as 8 | 9, timestamp, body);
    const tags = [
      ...headers.map((m) => ({ ...m, timestamp: 0 })),
      ...own.map((m) => ({ ...m, timestamp: m.timestamp - beginMs })),
    ];
    const file = concat(flvHeader({ video: true, audio: true }), ...tags.filter(({ type }) => type !== 18).map(tag));
    return i + 1 === fromMs.length ? file.subarray(0, file.length - cutOff) : file;
  });
}

const keyTimes = ({ fragments }: Scene) => fragments.filter(({ key }) => key).map(({ atMs }) => atMs);

/** From second `from` to second `to` the recording has nothing, and numbers 10 and on. */
function holeOf(scene: Scene, { from, to, numbers }: { from: number; to: number; numbers: number }) {
  const keys = keyTimes(scene);
  const [fromMs, toMs, endMs] = [keys[from]!, keys[to]!, keys[to + 1]!];
  const own = scene.fragments.filter(({ atMs }) => atMs >= toMs && atMs < endMs);
  const media = { ...scene.init, chunks: own.map(({ data }) => data) };
  const made = { rendition: "source", discontinuity: false, keyed: true, durationMs: endMs - toMs };
  const behind: MadeSegment = { ...made, number: 10 + numbers, atMs: BASE_MS + toMs, media };
  const stepMs = (toMs - fromMs) / numbers;
  const open = Array.from({ length: numbers }, (_, i) => ({ number: 10 + i, atMs: BASE_MS + fromMs + i * stepMs }));
  return { hole: { numbers: open, behind }, fromMs, toMs };
}

/** Everything from the beginning, with what was filled in place of the hole. */
function whole(scene: Scene, filled: Filled[], { fromMs, toMs }: { fromMs: number; toMs: number }): Uint8Array {
  const before = scene.fragments.filter(({ atMs }) => atMs < fromMs).map(({ data }) => data);
  const after = scene.fragments.filter(({ atMs }) => atMs >= toMs).map(({ data }) => data);
  return concat(scene.init.init.bytes, ...before, ...filled.flatMap(({ chunks }) => chunks), ...after);
}

async function frames(file: Uint8Array): Promise<{ video: number; audio: number; falls: number }> {
  const ffprobe = Bun.spawn(
    ["ffprobe", "-v", "error", "-show_entries", "packet=codec_type,dts_time", "-of", "csv=p=0", "pipe:0"],
    { stdin: file, stdout: "pipe" },
  );
  const rows = (await new Response(ffprobe.stdout).text())
    .trim()
    .split("\n")
    .map((row) => row.split(","));
  const dts = (kind: string) => rows.filter((row) => row[0] === kind).map((row) => Number(row[1]));
  const falls = ["video", "audio"].flatMap((kind) => dts(kind).filter((at, i, all) => i > 0 && at <= all[i - 1]!));
  return { video: dts("video").length, audio: dts("audio").length, falls: falls.length };
}

for (const files of [[0], [1, 4], [0, 3, 5]])
  test(
    `a hole of four seconds is filled to the picture, out of files that begin at ${files.join(", ")} s`,
    async () => {
      const { hole, ...span } = holeOf(withSound, { from: 2, to: 6, numbers: 4 });
      const filled = await refill(hole, filesOf(withSound, files, 50));
      expect(filled.map(({ number, keyed }) => [number, keyed])).toEqual([10, 11, 12, 13].map((n) => [n, true]));
      expect(filled.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBeCloseTo(span.toMs - span.fromMs, -1);
      const file = whole(withSound, filled, span);
      expect(await complaints(file)).toBe("");
      const all = await frames(concat(withSound.init.init.bytes, ...withSound.fragments.map(({ data }) => data)));
      const got = await frames(file);
      expect([got.video, got.falls]).toEqual([all.video, 0]);
      expect(Math.abs(got.audio - all.audio)).toBeLessThanOrEqual(1);
    },
    patient(30_000),
  );

test(
  "more numbers than keyframes: each number has media, cut without a keyframe where there is none",
  async () => {
    const { hole, ...span } = holeOf(withSound, { from: 2, to: 5, numbers: 7 });
    const filled = await refill(hole, filesOf(withSound, [0]));
    expect(filled.map(({ number }) => number)).toEqual([10, 11, 12, 13, 14, 15, 16]);
    expect(filled.filter(({ keyed }) => keyed).length).toBe(3);
    for (const [i, { atMs, durationMs, chunks }] of filled.entries()) {
      expect([durationMs > 200, chunks.length > 0]).toEqual([true, true]);
      expect(atMs + durationMs).toBeCloseTo(filled[i + 1]?.atMs ?? hole.behind.atMs, 3);
    }
    expect(await complaints(whole(withSound, filled, span))).toBe("");
  },
  patient(30_000),
);

test("what the files do not reach back to stays a gap", async () => {
  const { hole } = holeOf(withSound, { from: 2, to: 6, numbers: 4 });
  const filled = await refill(hole, filesOf(withSound, [4]));
  expect(filled.map(({ number }) => number)).toEqual([12, 13]);
  expect(filled[0]!.atMs).toBeCloseTo(hole.numbers[2]!.atMs, -1);
});

test("a source without sound is filled with the silence that its init tells", async () => {
  const { hole, ...span } = holeOf(silent, { from: 2, to: 6, numbers: 4 });
  const filled = await refill(hole, filesOf(silent, [1, 4]));
  expect(filled.length).toBe(4);
  expect(await complaints(whole(silent, filled, span))).toBe("");
});

test(
  "files of another source, without the keyframe, with a step or without anything fill nothing",
  async () => {
    const { hole } = holeOf(withSound, { from: 2, to: 6, numbers: 4 });
    expect(await refill(hole, [])).toEqual([]);
    expect(await refill(hole, [new Uint8Array(5_000)])).toEqual([]);
    expect(await refill(hole, filesOf(silent, [0]))).toEqual([]);
    const [early] = filesOf(withSound, [0, 5]);
    expect(await refill(hole, [early!])).toEqual([]);
    const other = await sceneOf({ size: "128x72", video: "-pix_fmt yuv420p", audio: "-ac 2" });
    expect(await refill(hole, [...filesOf(other, [0]), ...filesOf(withSound, [0])])).toEqual([]);
  },
  patient(30_000),
);

test("what is filled lies without a seam between what was recorded", async () => {
  const { hole, fromMs, toMs } = holeOf(withSound, { from: 2, to: 6, numbers: 4 });
  const filled = await refill(hole, filesOf(withSound, [0]));
  const last = filled.at(-1)!;
  expect(last.atMs + last.durationMs).toBe(hole.behind.atMs);
  expect(filled[0]!.atMs).toBeCloseTo(BASE_MS + fromMs, -1);
  const before = withSound.fragments.filter(({ atMs }) => atMs < fromMs);
  const { gapMs } = seams([...before, ...withSound.fragments.filter(({ atMs }) => atMs >= toMs)], "video");
  expect(gapMs).toBeGreaterThan(3_000); // The hole is one without it.
});

test("segments begin with a keyframe that is near, else with the nearest picture, and never share one", () => {
  const pictures = Array.from({ length: 60 }, (_, i) => ({ atMs: i * 100, key: i % 20 === 0 }));
  expect(cutsOf(pictures, { fromMs: [0, 2_100, 3_900], untilMs: 6_000 })).toEqual([0, 20, 40]);
  expect(cutsOf(pictures, { fromMs: [0, 800, 1_600, 2_400], untilMs: 3_200 })).toEqual([0, 8, 20, 24]);
  expect(cutsOf(pictures.slice(0, 3), { fromMs: [0, 10, 20], untilMs: 6_000 })).toEqual([0, 1, 2]);
  expect(cutsOf(pictures.slice(0, 2), { fromMs: [0, 10, 20], untilMs: 6_000 })).toBeNull();
});

test("what somebody else writes into the hole meanwhile stays, and the rest is filled", async () => {
  const { hole } = holeOf(withSound, { from: 2, to: 6, numbers: 4 });
  const clock = new ManualClock();
  const objects = new MemoryObjects(clock);
  const fills: number[][] = [];
  const rows = {
    before: async () => {
      const { number, atMs } = hole.numbers[fills.length === 0 ? 0 : 2]!;
      return { after: number - 1, fromMs: atMs, marked: [] };
    },
    fill: async (_: string, __: unknown, segments: readonly SegmentEntry[]) =>
      fills.push(segments.map(({ number }) => number)) > 1,
  };
  const refiller = new Refiller({
    ...{ clock, random: new SeededRandom(1), log: createLog({ name: "test", level: "silent" }), objects, rows },
    ...{ videoId: "v", epoch: 2, recent: () => ({ since: async () => filesOf(withSound, [0, 3]) }) },
  });
  const filled = refiller.run(hole.behind);
  for (let turns = 0; turns < 1_000 && fills.length < 2; turns++) {
    await clock.settle(1_000, 50);
    await Bun.sleep(0);
  }
  await filled;
  expect(fills).toEqual([
    [10, 11, 12, 13],
    [12, 13],
  ]);
  expect([...objects.stored.keys()].map((key) => /(\d+)-2/.exec(key)?.[1])).toEqual(["12", "13"]);
});
