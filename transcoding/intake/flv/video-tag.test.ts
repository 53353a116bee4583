import { expect, test } from "bun:test";
import fc from "fast-check";
import { patient } from "#schema/testing-slowness.ts";
import { parseAvcC } from "./avc-config.ts";
import { HeaderError } from "./bits.ts";
import { flvMessages } from "./flv-file.ts";
import { lookIntoPicture } from "./nal-units.ts";
import { type MadeSource, makeFlv } from "./testing.ts";
import { readVideoTag, type VideoTag } from "./video-tag.ts";

const SLOW = { timeout: patient(30_000) };

async function videoTags(source: MadeSource): Promise<VideoTag[]> {
  const messages = flvMessages(await makeFlv({ audio: null, ...source }));
  return messages.filter(({ type }) => type === 9).map(({ body }) => readVideoTag(body));
}
async function configOf(source: MadeSource) {
  const [first] = await videoTags({ seconds: 0.2, ...source });
  if (first?.kind !== "header") throw new Error(`the first tag is ${first?.kind}`);
  return first.config;
}

test("size, format, rate, shape and colour are as x264 was told", SLOW, async () => {
  expect(
    await configOf({
      size: "1920x1080",
      fps: "60000/1001",
      video: "-profile:v high -pix_fmt yuv420p -bf 2 -preset fast",
    }),
  ).toMatchObject({
    ...{ width: 1920, height: 1080, chroma: 1, bitDepth: 8, profile: 100, level: 42, interlaced: false },
    ...{ codec: "avc1.64002a", lengthBytes: 4, pixelAspect: null, fps: 60_000 / 1_001 },
  });
  expect(await configOf({ size: "426x238", video: "-vf setsar=4/3,format=yuv420p -profile:v baseline" })).toMatchObject(
    {
      ...{ width: 426, height: 238, profile: 66, pixelAspect: { width: 4, height: 3 } },
    },
  );
  expect(await configOf({ video: "-pix_fmt yuv444p" })).toMatchObject({ chroma: 3, bitDepth: 8, profile: 244 });
  expect(await configOf({ video: "-pix_fmt yuv422p" })).toMatchObject({ chroma: 2, profile: 122 });
  expect(await configOf({ video: "-pix_fmt yuv420p10le" })).toMatchObject({ chroma: 1, bitDepth: 10, profile: 110 });
  const television =
    "-flags +ildct+ilme -x264-params tff=1 -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv";
  expect(
    await configOf({ size: "720x576", fps: "25", video: `-vf setsar=64/45,format=yuv420p ${television} -preset fast` }),
  ).toMatchObject({
    ...{ width: 720, height: 576, interlaced: true, fps: 25, pixelAspect: { width: 64, height: 45 } },
    colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
  });
});

test("B-frames have composition times, and an IDR slice is told from a keyframe without one", SLOW, async () => {
  const look = async (video: string) => {
    const tags = await videoTags({ seconds: 3, video: `-pix_fmt yuv420p ${video}` });
    return tags.flatMap((tag) => (tag.kind === "picture" ? [{ ...tag, ...lookIntoPicture(tag.data, 4) }] : []));
  };
  const closed = await look("-bf 2");
  expect(closed.map(({ whole }) => whole)).not.toContain(false);
  expect(closed.filter(({ marked }) => marked).map(({ idr }) => idr)).toEqual([true, true, true]);
  expect(closed.filter(({ marked }) => !marked).map(({ idr }) => idr)).not.toContain(true);
  expect(Math.max(...closed.map(({ compositionMs }) => compositionMs))).toBeGreaterThan(60);
  const open = await look(
    "-preset fast -bf 2 -g 30 -x264-params open-gop=1:scenecut=0:force-cfr=1 -force_key_frames 0",
  );
  expect(open.filter(({ marked }) => marked).map(({ idr, recoveryPictures }) => [idr, recoveryPictures])).toEqual([
    [true, null],
    [false, 0],
    [false, 0],
  ]);
  const refreshed = await look("-preset fast -bf 0 -g 30 -x264-params intra-refresh=1 -force_key_frames 0");
  const [first, ...more] = refreshed.filter(({ marked }) => marked);
  expect(first!.idr).toBe(true);
  expect(more.length).toBeGreaterThan(0);
  for (const { idr, recoveryPictures } of more) expect([idr, recoveryPictures! > 5]).toEqual([false, true]);
});

test("a negative composition time is read with its sign", () => {
  expect(readVideoTag(Uint8Array.of(0x27, 1, 0xff, 0xff, 0xbd, 0))).toMatchObject({
    kind: "picture",
    compositionMs: -67,
  });
});

test("other codecs are named, before and by enhanced RTMP", () => {
  const named = (...bytes: number[]) => readVideoTag(Uint8Array.of(...bytes, 0, 0, 0, 0, 0));
  expect(named(0x12)).toEqual({ kind: "unsupported", codec: "Sorenson H.263" });
  expect(named(0x1c)).toEqual({ kind: "unsupported", codec: "HEVC" });
  expect(named(0x90, ...Buffer.from("av01"))).toEqual({ kind: "unsupported", codec: "AV1" });
  expect(named(0x90, 1, 2, 3, 4)).toEqual({ kind: "unsupported", codec: "unknown (enhanced RTMP)" });
});

test("the end of a sequence, commands and empty pictures are no pictures", () => {
  expect(readVideoTag(Uint8Array.of(0x17, 2, 0, 0, 0))).toEqual({ kind: "endOfSequence" });
  for (const bytes of [[], [0x17, 1, 0, 0], [0x17, 1, 0, 0, 0], [0x57, 1, 0, 0, 0, 9], [0x17, 9, 0, 0, 0, 9]])
    expect(readVideoTag(Uint8Array.from(bytes))).toEqual({ kind: "nothing" });
});

test("a broken header is told and not thrown; no bytes make a parser throw anything but HeaderError", async () => {
  const { avcC } = await configOf({});
  expect(readVideoTag(Uint8Array.of(0x17, 0, 0, 0, 0, ...avcC.subarray(0, 12)))).toEqual({
    kind: "badHeader",
    why: "it is cut off",
  });
  const changed = fc.array(fc.tuple(fc.nat(avcC.length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
    const bytes = avcC.slice();
    for (const [at, value] of changes) bytes[at] = value;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 80 })), (bytes) => {
      try {
        const { width, height } = parseAvcC(bytes);
        expect(width > 0 && width <= 16_384 && height > 0 && height <= 16_384).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(HeaderError);
      }
      readVideoTag(bytes);
      lookIntoPicture(bytes, 4);
      lookIntoPicture(bytes, 1);
    }),
    { numRuns: 2_000 },
  );
});

test("a picture whose lengths do not fit is not whole", () => {
  const nal = (length: number, ...bytes: number[]) => [0, 0, 0, length, ...bytes];
  const whole = (bytes: number[]) => lookIntoPicture(Uint8Array.from(bytes), 4).whole;
  expect(whole([...nal(2, 0x09, 0xf0), ...nal(3, 0x65, 1, 2)])).toBe(true);
  expect(whole(nal(3, 0x65, 1))).toBe(false);
  expect(whole([...nal(3, 0x65, 1, 2), 0, 0])).toBe(false);
  expect(whole(nal(2, 0x09, 0xf0))).toBe(false);
  expect(whole([0, 0, 0, 1, 0x65, 1, 2, 3, 4])).toBe(false); // Start codes instead of lengths.
});
