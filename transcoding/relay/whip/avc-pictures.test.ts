import { expect, test } from "bun:test";
import fc from "fast-check";
import { readVideoTag } from "../../intake/flv/video-tag.ts";
import { AvcPictures, SETS_MAX } from "./avc-pictures.ts";
import { NAL } from "./depacketizer.ts";
import { hex, keyUnits, PPS, SPS_720, SPS_1080, slice } from "./testing-publisher.ts";

const inter = slice(NAL.slice, 100);

test("the first keyframe has the header, later ones have it when it changes, and sets sent again are no change", () => {
  const avc = new AvcPictures();
  expect(avc.take(keyUnits())).toMatchObject({ key: true, config: { width: 1280, height: 720, codec: "avc1.42c01f" } });
  expect(avc.take([inter])).toMatchObject({ key: false, config: null });
  expect(avc.take(keyUnits())).toMatchObject({ key: true, config: null });
  expect(avc.take(keyUnits(SPS_1080))).toMatchObject({
    key: true,
    config: { width: 1920, height: 1080, profile: 100 },
  });
  expect(avc.take(keyUnits(SPS_720))).toMatchObject({ config: { width: 1280 } });
});

test("sets may come before their picture, which has none then", () => {
  const avc = new AvcPictures();
  expect([avc.take([SPS_720]), avc.take([PPS])]).toEqual([null, null]);
  expect(avc.take([slice(NAL.idr, 50)])?.config).toMatchObject({ width: 1280 });
});

test("without sets, or with ones that cannot be read, there is no picture", () => {
  const avc = new AvcPictures();
  expect(avc.take([slice(NAL.idr, 50)])).toBeNull();
  expect(avc.take([inter])).toBeNull();
  expect(avc.take([SPS_720, slice(NAL.idr, 50)])).toBeNull();
  expect(avc.take([hex("6742c01f80"), PPS, slice(NAL.idr, 50)])).toBeNull();
  expect(avc.take([SPS_720, PPS])).toBeNull();
});

test("the body has slices and messages, each behind its length, and is read as RTMP's", () => {
  const avc = new AvcPictures();
  const [message, idr] = [slice(NAL.sei, 12), slice(NAL.idr, 40)];
  const delimiter = Uint8Array.of(NAL.delimiter, 0x10);
  const filler = new Uint8Array(9).fill(NAL.filler);
  const { body, key } = avc.take([delimiter, SPS_720, PPS, message, idr, filler])!;
  expect(key).toBe(true);
  expect(readVideoTag(body)).toEqual({
    ...{ kind: "picture", marked: true, compositionMs: 0 },
    data: Uint8Array.from([0, 0, 0, 12, ...message, 0, 0, 0, 40, ...idr]),
  });
  expect(readVideoTag(avc.take([inter])!.body)).toMatchObject({ kind: "picture", marked: false });
});

test("more sets than the limit take the place of the oldest, and nothing throws", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 60 }), (sets) => {
      const avc = new AvcPictures();
      for (const set of sets) {
        for (const type of [NAL.sps, NAL.pps]) {
          const unit = set.slice();
          unit[0] = 0x60 | type;
          avc.take([unit]);
        }
      }
      const found = avc.take(keyUnits());
      if (found?.config) expect(found.config.avcC[5]! & 31).toBeLessThanOrEqual(SETS_MAX);
    }),
  );
});
