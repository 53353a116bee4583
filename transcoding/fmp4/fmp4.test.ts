import { beforeAll, expect, test } from "bun:test";
import { createFile, type ISOFile, MP4BoxBuffer } from "mp4box";
import { Mp4Error } from "#runtime/fmp4/box.ts";
import { type Fragment, rewriteTfdt } from "#runtime/fmp4/fragment.ts";
import type { Track } from "#runtime/fmp4/init.ts";
import { ffmpegArgv, ladder } from "../testing-ffmpeg.ts";
import { BOX_BYTES_MAX, Splitter } from "./splitter.ts";

interface Split {
  init: Uint8Array;
  tracks: Track[];
  fragments: Fragment[];
}

function split(bytes: Uint8Array, chunkBytes: number): Split {
  const found: Split = { init: new Uint8Array(), tracks: [], fragments: [] };
  const splitter = new Splitter({
    init: (init, tracks) => Object.assign(found, { init, tracks }),
    fragment: (fragment) => found.fragments.push(fragment),
  });
  for (let at = 0; at < bytes.length; at += chunkBytes) splitter.push(bytes.subarray(at, at + chunkBytes));
  return found;
}

/** 5 s of test picture with B-frames and sound, muxed with our own flags. */
async function realStream(): Promise<Uint8Array> {
  const argv = ffmpegArgv({
    ffmpegPath: "ffmpeg",
    sourceUrl: "-",
    outputs: [{ rendition: ladder("none")[0]!, url: "pipe:1" }],
  });
  const output = argv.slice(argv.indexOf("-map"));
  const made = Bun.spawn(
    [
      "ffmpeg",
      "-v",
      "error",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=320x180:r=25:d=5",
      "-f",
      "lavfi",
      "-i",
      "sine=r=44100:d=5",
    ]
      .concat(["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "50", "-c:a", "aac", "-shortest"])
      .concat(["-f", "flv", "pipe:1"]),
    { stdout: "pipe" },
  );
  const flv = new Uint8Array(await new Response(made.stdout).arrayBuffer());
  const muxed = Bun.spawn(["ffmpeg", "-v", "error", "-copyts", "-f", "flv", "-i", "pipe:0"].concat(mapped(output)), {
    stdin: flv,
    stdout: "pipe",
  });
  return new Uint8Array(await new Response(muxed.stdout).arrayBuffer());
}
const mapped = (output: string[]) => (output[0] === "-map" ? output : ["-map", ...output]);

let stream: Uint8Array;
beforeAll(async () => {
  stream = await realStream();
});

test("codecs, sizes, durations and keyframes agree with mp4box on the same bytes", () => {
  const { tracks, fragments } = split(stream, 4096);
  const oracle: ISOFile = createFile();
  oracle.appendBuffer(MP4BoxBuffer.fromArrayBuffer(stream.slice().buffer, 0));
  oracle.flush();
  const info = oracle.getInfo();
  expect(tracks.map(({ id, codec, timescale, width, height }) => ({ id, codec, timescale, width, height }))).toEqual(
    info.tracks.map(({ id, codec, timescale, video }) => ({
      id,
      codec,
      timescale,
      width: video?.width ?? 0,
      height: video?.height ?? 0,
    })),
  );
  for (const track of tracks) {
    const theirs = oracle.getTrackSamplesInfo(track.id);
    const ours = fragments.flatMap((fragment) => fragment.tracks.filter((t) => t.track.id === track.id));
    expect(theirs.length).toBeGreaterThan(100);
    expect(ours.reduce((sum, { samples }) => sum + samples, 0)).toBe(theirs.length);
    expect(ours.reduce((sum, { duration }) => sum + duration, 0)).toBe(theirs.reduce((sum, s) => sum + s.duration, 0));
    let at = 0;
    for (const one of ours) {
      const sample = theirs[at]!;
      expect({ dts: one.decodeTime, pts: one.firstPts, key: one.keyframe }).toEqual({
        dts: sample.dts,
        pts: sample.cts,
        key: sample.is_sync,
      });
      at += one.samples;
    }
  }
  const keys = fragments.filter((f) => f.tracks.some(({ track, keyframe }) => track.kind === "video" && keyframe));
  expect(keys.length).toBe(3);
});

test("the size of the chunks does not change the result", () => {
  const whole = split(stream, stream.length);
  const shape = ({ init, fragments }: Split) => [
    Bun.hash(init),
    ...fragments.map(({ data, tracks }) => [
      data.length,
      Bun.hash(data),
      ...tracks.map((t) => [t.decodeTime, t.duration, t.tfdtAt]),
    ]),
  ];
  const expected = shape(whole);
  expect(expected.length).toBeGreaterThan(50);
  for (const size of [1, 3, 7, 11, 97, 1021, 65_537]) expect(shape(split(stream, size))).toEqual(expected);
  // Each chunk boundary near the beginning, where the init segment and the first fragment meet.
  const head = stream.subarray(0, whole.init.length + whole.fragments[0]!.data.length + 32);
  for (let cut = 1; cut < head.length; cut += 2) {
    const found: number[] = [];
    const splitter = new Splitter({ init: (b) => found.push(b.length), fragment: (f) => found.push(f.data.length) });
    splitter.push(head.subarray(0, cut));
    splitter.push(head.subarray(cut));
    expect(found).toEqual([whole.init.length, whole.fragments[0]!.data.length]);
  }
});

test("a moved fragment has the new time in its bytes and in its parsed fields", () => {
  const { init, fragments } = split(stream, 1000);
  const moved = fragments[3]!;
  const before = moved.tracks.map(({ decodeTime, firstPts, track }) => ({ decodeTime, firstPts, track }));
  rewriteTfdt(moved, 1234.5);
  const again = split(Buffer.concat([init, moved.data]), 100).fragments[0]!;
  for (const [i, track] of again.tracks.entries()) {
    const by = Math.round(1.2345 * track.track.timescale);
    expect(track.decodeTime).toBe(before[i]!.decodeTime + by);
    expect(track.firstPts).toBe(before[i]!.firstPts + by);
    expect(moved.tracks[i]!.decodeTime).toBe(track.decodeTime);
  }
  // Muxers write times below zero as signed numbers.
  rewriteTfdt(moved, -1e6);
  const early = split(Buffer.concat([init, moved.data]), 100).fragments[0]!;
  expect(early.tracks.map(({ decodeTime }) => decodeTime)).toEqual(moved.tracks.map(({ decodeTime }) => decodeTime));
  expect(early.tracks.every(({ decodeTime }) => decodeTime < 0)).toBe(true);
});

test("garbage is a clear error", () => {
  expect(() => split(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\nhello"), 5)).toThrow(/not a fragmented MP4/);
  const init = split(stream, 4096).init;
  const broken = init.slice();
  broken.fill(0xff, init.length - 200);
  expect(() => split(broken, 64)).toThrow(Mp4Error);
  const random = Uint8Array.from({ length: 5000 }, (_, i) => (i * 2_654_435_761) >>> 13);
  expect(() => split(Buffer.concat([init, random]), 50)).toThrow(Mp4Error);
});

test("a box over the limit is refused by its header, before its bytes are buffered", () => {
  const init = split(stream, 4096).init;
  const splitter = new Splitter({ init: () => {}, fragment: () => {} });
  splitter.push(init);
  const header = new Uint8Array(8);
  new DataView(header.buffer).setUint32(0, BOX_BYTES_MAX + 1);
  header.set(new TextEncoder().encode("mdat"), 4);
  expect(() => splitter.push(header)).toThrow(/16777217 bytes/);
});

test("a stream cut off in the middle of a fragment gives the fragments before it", () => {
  const { fragments } = split(stream.subarray(0, stream.length - 10), 1000);
  expect(fragments.length).toBe(split(stream, 1000).fragments.length - 1);
});
