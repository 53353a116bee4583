import { expect, test } from "bun:test";
import fc from "fast-check";
import { createFile, MP4BoxBuffer } from "mp4box";
import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { Track } from "#runtime/fmp4/init.ts";
import { concat } from "../bytes.ts";
import { type Run, writeFragment } from "./fragment-writer.ts";
import { type AudioEntry, type VideoEntry, writeInit } from "./init-writer.ts";
import { Splitter } from "./splitter.ts";

const VIDEO: VideoEntry = {
  // 320x180, high profile, level 1.2, by x264.
  avcC: Buffer.from(
    "0164000cffe100196764000cacd9414190ffffc01100112700000303e900010040000f142996001000668ebe3cb22c8b",
    "hex",
  ),
  ...{ codec: "avc1.64000c", width: 320, height: 180, pixelAspect: null, colour: null },
};
const AUDIO: AudioEntry = { asc: Uint8Array.of(0x11, 0x90), codec: "mp4a.40.2", sampleRate: 48_000, channels: 2 };

function splitAgain(bytes: Uint8Array) {
  const found: { init: Uint8Array; tracks: Track[]; fragments: Fragment[] } = {
    init: bytes,
    tracks: [],
    fragments: [],
  };
  new Splitter({
    init: (init, tracks) => Object.assign(found, { init, tracks }),
    fragment: (fragment) => found.fragments.push(fragment),
  }).push(bytes);
  return found;
}

const sample = fc.record({
  data: fc.uint8Array({ maxLength: 50 }),
  duration: fc.nat(100_000),
  compositionOffset: fc.integer({ min: -10_000, max: 100_000 }),
  key: fc.boolean(),
});
const silentSample = sample.map((one) => ({ ...one, compositionOffset: 0, key: true }));
const samples = (one: typeof sample) => fc.array(one, { minLength: 1, maxLength: 5 });
const ticks = fc.oneof(
  fc.nat(200_000),
  fc.integer({ min: 2 ** 31, max: 2 ** 34 }),
  fc.integer({ min: 2 ** 52, max: 2 ** 53 - 1 }),
);

test("what was written is read back exactly, for any samples and times", () => {
  for (const audio of [AUDIO, null]) {
    const { bytes: init, tracks } = writeInit({ video: VIDEO, audio });
    const [video, sound] = tracks;
    const run = (track: Track, one: typeof sample): fc.Arbitrary<Run[]> =>
      fc.array(fc.record({ track: fc.constant(track), decodeTime: ticks, samples: samples(one) }), { maxLength: 1 });
    const pictures = run(video!, sample);
    const runs = sound ? fc.tuple(pictures, run(sound, silentSample)).map((both) => both.flat()) : pictures;
    fc.assert(
      fc.property(
        fc.array(
          runs.filter(({ length }) => length > 0),
          { maxLength: 4 },
        ),
        (fragments) => {
          const written = fragments.map((one, i) => writeFragment(i + 1, one));
          const again = splitAgain(concat(init, ...written.map(({ data }) => data)));
          expect(again.tracks).toEqual(tracks);
          expect(again.fragments.map((one) => one.tracks)).toEqual(written.map((one) => one.tracks));
          for (const [i, one] of again.fragments.entries()) expect(Buffer.compare(one.data, written[i]!.data)).toBe(0);
        },
      ),
    );
  }
});

test("mp4box reads the same tracks, samples, times and shape", () => {
  const { bytes: init, tracks } = writeInit({
    video: {
      ...VIDEO,
      pixelAspect: { width: 4, height: 3 },
      colour: { primaries: 1, transfer: 13, matrix: 6, fullRange: true },
    },
    audio: AUDIO,
  });
  const [video, sound] = tracks as [Track, Track];
  const picture = (key: boolean, compositionOffset: number) => ({
    ...{ data: Uint8Array.of(0, 0, 0, 2, 0x65, 1), duration: 3_000, key, compositionOffset },
  });
  const frame = { data: Uint8Array.of(0x21, 0, 0, 0, 0, 0x1c), duration: 1024, compositionOffset: 0, key: true };
  const fragments = [
    writeFragment(1, [
      { track: video, decodeTime: 90_000, samples: [picture(true, 6_000)] },
      { track: sound, decodeTime: 48_000, samples: [frame, frame] },
    ]),
    writeFragment(2, [{ track: video, decodeTime: 93_000, samples: [picture(false, -3_000), picture(false, 0)] }]),
  ];
  const file = createFile();
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(concat(init, ...fragments.map(({ data }) => data)).buffer, 0));
  file.flush();
  const info = file.getInfo();
  expect(info.tracks.map(({ id, codec, timescale }) => ({ id, codec, timescale }))).toEqual(
    tracks.map(({ id, codec, timescale }) => ({ id, codec, timescale })),
  );
  expect(info.videoTracks[0]).toMatchObject({
    track_width: 427,
    track_height: 180,
    video: { width: 320, height: 180 },
  });
  expect(info.audioTracks[0]).toMatchObject({ audio: { sample_rate: 48_000, channel_count: 2 } });
  const entry = (file.getTrackById(1).mdia.minf.stbl.stsd.entries[0] ?? {}) as unknown as Record<string, object>;
  expect(entry.pasp).toMatchObject({ hSpacing: 4, vSpacing: 3 });
  expect(entry.colr).toMatchObject({ colour_primaries: 1, transfer_characteristics: 13, matrix_coefficients: 6 });
  const shape = (id: number) =>
    file.getTrackSamplesInfo(id).map(({ dts, cts, duration, size, is_sync }) => [dts, cts, duration, size, is_sync]);
  expect(shape(1)).toEqual([
    [90_000, 96_000, 3_000, 6, true],
    [93_000, 90_000, 3_000, 6, false],
    [96_000, 96_000, 3_000, 6, false],
  ]);
  expect(shape(2)).toEqual([
    [48_000, 48_000, 1024, 6, true],
    [49_024, 49_024, 1024, 6, true],
  ]);
});

test("a time below zero is written with its sign", () => {
  const { tracks } = writeInit({ video: VIDEO, audio: null });
  const one = { data: Uint8Array.of(1), duration: 1, compositionOffset: -5, key: true };
  const { data, tracks: parsed } = writeFragment(1, [{ track: tracks[0]!, decodeTime: -90_000, samples: [one] }]);
  expect(parsed[0]).toMatchObject({ decodeTime: -90_000, firstPts: -90_005 });
  expect(new DataView(data.buffer).getBigInt64(parsed[0]!.tfdtAt)).toBe(-90_000n);
});
