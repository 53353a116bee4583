// The checks of bytes, on fragments that FFmpeg made: green as they are, red when what is said of them is changed.

import { beforeAll, expect, test } from "bun:test";
import { type Check, Tally } from "#ops/tests/support/hls/check.ts";
import type { ListedSegment } from "#ops/tests/support/hls/media-playlist.ts";
import type { ListedVariant } from "#ops/tests/support/hls/multivariant-playlist.ts";
import { isHeader, isKeyframe } from "../support/encoder/flv.ts";
import { source, sourceFile } from "../support/encoder/sources.ts";
import { BitRateMeter } from "./bit-rates.ts";
import { allChecks } from "./checks.ts";
import { MediaAudit } from "./media-audit.ts";
import { bitRateChecks, fetchChecks, hintChecks } from "./media-checks.ts";
import { readInit, readRuns } from "./mp4-samples.ts";

const variant: ListedVariant = {
  uri: "source.m3u8",
  bandwidth: 1_000_000,
  averageBandwidth: 300_000,
  codecs: ["avc1.42c00d", "mp4a.40.2"],
  resolution: "320x180",
  frameRate: 30,
};

let init: Uint8Array;
/** Of about 0.2 s each. */
let fragments: Uint8Array[];
/** Of the tags that the fragments were made from. */
let pictureTimesMs: number[];
let keyframeTimesMs: Set<number>;

beforeAll(async () => {
  const file = await sourceFile("plain", { seconds: 12 });
  const pictures = (await source("plain", { seconds: 12 })).filter((tag) => tag.type === "video" && !isHeader(tag));
  pictureTimesMs = pictures.filter(({ body }) => body[1] === 1).map(({ timestampMs }) => timestampMs);
  keyframeTimesMs = new Set(pictures.filter(isKeyframe).map(({ timestampMs }) => timestampMs));
  const flags =
    "-movflags +empty_moov+default_base_moof+frag_keyframe+skip_trailer -use_editlist 0 -frag_duration 190000";
  const argv = `ffmpeg -v error -copyts -i ${file} -c copy -f mp4 ${flags} -video_track_timescale 90000 pipe:1`;
  const made = Bun.spawn(argv.split(" "), { stdout: "pipe" });
  const bytes = await new Response(made.stdout).bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cuts: number[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at))
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === "moof") cuts.push(at);
  init = bytes.subarray(0, cuts[0]);
  fragments = cuts.map((at, index) => bytes.subarray(at, cuts[index + 1] ?? bytes.length));
});

/** A listing of the fragments as it is true: durations are those of the encoder's tags, segments begin at keyframes. */
function listing(): { segments: ListedSegment[]; bytes: Uint8Array[][] } {
  const tracks = readInit(init);
  const segments: ListedSegment[] = [];
  const bytes: Uint8Array[][] = [];
  let picture = 0;
  for (const fragment of fragments) {
    const pictures = readRuns(fragment, tracks).flatMap(({ track, samples }) =>
      track.kind === "video" ? samples : [],
    );
    const fromMs = pictureTimesMs[picture]!;
    const toMs = pictureTimesMs[picture + pictures.length];
    const independent = keyframeTimesMs.has(fromMs);
    picture += pictures.length;
    if (toMs === undefined) break;
    if (independent) {
      const number = segments.length;
      const uri = `s${number}.m4s`;
      const own = { uri, durationS: 0, dateMs: 1_000_000 + fromMs, map: "i.mp4", gap: false, parts: [] };
      segments.push({ number, discontinuity: 0, begins: false, ...own });
      bytes.push([]);
    }
    const segment = segments.at(-1)!;
    const durationS = (toMs - fromMs) / 1_000;
    const uri = `p${segment.number}-${segment.parts.length}.m4s`;
    segment.durationS += durationS;
    segment.parts.push({ uri, durationS, independent, gap: false });
    bytes.at(-1)!.push(fragment);
  }
  // FFmpeg stretches the very first picture, and the last segment is not whole.
  return { segments: segments.slice(1, -1), bytes: bytes.slice(1, -1) };
}

interface Said {
  variant?: Partial<ListedVariant>;
  segments?(segments: ListedSegment[]): unknown;
  bytes?(bytes: Uint8Array[][]): unknown;
}

/** Names of the checks that are red. */
function red(said: Said = {}): { red: string[]; applied: string[] } {
  const tally = new Tally(allChecks as Check<never>[]);
  const audit = new MediaAudit(tally, "source");
  const { segments, bytes } = listing();
  said.segments?.(segments);
  const whole = bytes.map((list) => Buffer.concat(list));
  said.bytes?.(bytes);
  audit.init("i.mp4", init, { ...variant, ...said.variant });
  for (const [number, segment] of segments.entries()) {
    for (const index of segment.parts.keys()) audit.part(segment, index, bytes[number]![index]!);
    const frameRate = said.variant?.frameRate ?? 30;
    audit.segment(segment, whole[number]!, { independent: true, targetDurationS: 2, frameRate });
  }
  tally.run(bitRateChecks, { variant: { ...variant, ...said.variant }, ...audit.meter.rates! });
  return {
    red: tally.outcomes.filter(({ faults }) => faults > 0).map(({ name }) => name),
    applied: tally.outcomes.filter(({ applied }) => applied > 0).map(({ name }) => name),
  };
}

/** Sets a byte run in a copy, so that the recording stays as it is. */
function patched(bytes: Uint8Array, type: string, alter: (view: DataView, at: number) => void): Uint8Array {
  const copy = bytes.slice();
  const at = Buffer.from(copy.buffer).indexOf(type);
  alter(new DataView(copy.buffer), at + 4);
  return copy;
}

test("true words about true bytes are green, and all checks of bytes apply", () => {
  const { red: found, applied } = red();
  expect(found).toEqual([]);
  const elsewhere = [...fetchChecks, ...hintChecks].map(({ name }) => name);
  expect(applied).toContain("EXTINF is the duration of the samples");
  expect(applied).toHaveLength(15);
  expect(applied.filter((name) => elsewhere.includes(name))).toEqual([]);
});

test("the samples are those that FFmpeg counts", () => {
  const tracks = readInit(init);
  expect(tracks.map(({ kind, codec, width, height, timescale }) => [kind, codec, width, height, timescale])).toEqual([
    ["video", "avc1.42c00d", 320, 180, 90_000],
    ["audio", "mp4a.40.2", 0, 0, 48_000],
  ]);
  const pictures = fragments.flatMap((bytes) => readRuns(bytes, tracks)).filter(({ track }) => track.kind === "video");
  const samples = pictures.flatMap((run) => run.samples);
  expect(samples).toHaveLength(360);
  expect(samples.filter(({ idr }) => idr)).toHaveLength(6);
  expect(samples.every(({ idr, sync }) => idr === sync)).toBe(true);
});

const cases: [check: string, said: Said][] = [
  ["CODECS names the codecs of the tracks, and no others", { variant: { codecs: ["avc1.42c00d"] } }],
  ["RESOLUTION is the size of the picture", { variant: { resolution: "854x480" } }],
  ["FRAME-RATE is the rate of the pictures", { variant: { frameRate: 25 } }],
  ["BANDWIDTH is at least the peak segment bit rate", { variant: { bandwidth: 100_000 } }],
  ["AVERAGE-BANDWIDTH is about the average segment bit rate", { variant: { averageBandwidth: 100_000 } }],
  ["the duration of a part is that of its samples", { segments: (list) => (list[1]!.parts[3]!.durationS = 0.15) }],
  ["an INDEPENDENT part has an independent picture", { segments: (list) => (list[1]!.parts[3]!.independent = true) }],
  [
    "a part with an independent picture is INDEPENDENT",
    { segments: (list) => (list[1]!.parts[0]!.independent = false) },
  ],
  ["EXTINF is the duration of the samples", { segments: (list) => (list[1]!.durationS = 1.9) }],
  [
    "dates go with the timestamps within a discontinuity sequence",
    { segments: (list) => (list[2]!.dateMs = list[2]!.dateMs! + 40) },
  ],
  [
    "a segment is the bytes of its parts",
    {
      bytes: (list) =>
        (list[1]![2] = patched(list[1]![2]!, "mdat", (view, at) => view.setUint8(at + 40, view.getUint8(at + 40) ^ 1))),
    },
  ],
  [
    "timestamps of every track go on from part to part",
    {
      bytes: (list) =>
        (list[1]![2] = patched(list[1]![2]!, "tfdt", (view, at) =>
          view.getUint8(at) === 1
            ? view.setBigUint64(at + 4, view.getBigUint64(at + 4) + 9_000n)
            : view.setUint32(at + 4, view.getUint32(at + 4) + 9_000),
        )),
    },
  ],
  [
    "what the flags call a sync sample is an IDR picture, and nothing else is",
    {
      bytes: (list) =>
        // The picture begins with SEI; every slice of type 5 becomes one of type 1.
        (list[1]![0] = list[1]![0]!.map((byte, at, all) =>
          byte === 0x65 && at > 4 && all[at - 4] === 0 ? 0x61 : byte,
        )),
    },
  ],
  [
    "init segments, parts and segments are fragmented MP4",
    { bytes: (list) => (list[1]![2] = list[1]![2]!.subarray(0, 300)) },
  ],
];

for (const [check, said] of cases)
  test(`red: ${check}`, () => {
    expect(red(said).red).toContain(check);
  });

test("red: with EXT-X-INDEPENDENT-SEGMENTS every segment begins independently", () => {
  const tally = new Tally(allChecks as Check<never>[]);
  const audit = new MediaAudit(tally, "source");
  const { segments } = listing();
  audit.init("i.mp4", init, null);
  const shifted = Buffer.concat(fragments.slice(1, 10));
  audit.segment(segments[0]!, shifted, { independent: true, targetDurationS: 2, frameRate: null });
  expect(tally.outcomes.find(({ name }) => name.startsWith("with EXT-X-INDEPENDENT"))!.faults).toBe(1);
});

test("red: what is listed is missing, or other bytes than before; a hint that is not answered", () => {
  const [there, same] = fetchChecks;
  expect(there!.find({ uri: "x", status: 404, sameAsBefore: null })).toHaveLength(1);
  expect(same!.find({ uri: "x", status: 200, sameAsBefore: false })).toHaveLength(1);
  expect(same!.find({ uri: "x", status: 200, sameAsBefore: true })).toEqual([]);
  const [hint] = hintChecks;
  expect(hint!.find({ uri: "x", status: 404, sameAsListed: false })).toHaveLength(1);
  expect(hint!.find({ uri: "x", status: 200, sameAsListed: true })).toEqual([]);
});

test("the peak is taken over half to one and a half target durations, and not over a gap", () => {
  const meter = new BitRateMeter();
  const segment = (number: number, bytes: number, durationS = 1) => meter.add({ number, bytes, durationS }, 4);
  segment(1, 1_000);
  expect(meter.rates).toBeNull(); // A single second is less than half of four.
  segment(2, 3_000);
  expect(meter.rates).toEqual({ peak: 16_000, average: 16_000 });
  segment(4, 9_000);
  segment(5, 1_000);
  expect(meter.rates!.peak).toBe(40_000);
  expect(meter.rates!.average).toBe(28_000);
});
