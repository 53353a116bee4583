// What is made of an upload, by what was measured.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { fpsOf, planUpload, shownSize } from "./plan.ts";
import type { Probe, VideoTrack } from "./probe.ts";

const track: VideoTrack = {
  ...{
    index: 0,
    codec: "h264",
    width: 1_920,
    height: 1_080,
    pixelAspect: 1,
    turned: false,
    averageFps: 25,
    baseFps: 25,
  },
  ...{ interlaced: false, pixelFormat: "yuv420p", transfer: "", matrix: "", primaries: "", fullRange: false },
};
const options = { preset: "veryfast", durationMaxS: 43_200 } as const;

interface Given extends Partial<VideoTrack> {
  seconds?: number;
  fps?: number;
  /** Length of the sound; null: none. */
  soundS?: number | null;
}

function planOf({ seconds = 60, fps = 25, soundS = seconds, ...video }: Given = {}) {
  const probe: Probe = {
    video: { ...track, averageFps: fps, baseFps: fps, ...video },
    audio: soundS === null ? null : { index: 1, codec: "aac" },
    startS: 0,
    declaredS: 999,
  };
  const scan = {
    video: { packets: Math.round(seconds * fps), startS: 0, endS: seconds },
    audio: soundS === null ? null : { packets: 10, startS: 0, endS: soundS },
  };
  return planUpload(probe, scan, options);
}
const sizes = (given: Given) => planOf(given).rungs.map(({ name, width, height }) => `${name} ${width}x${height}`);

test("the ladder goes by the shorter side, and never above the source", () => {
  expect(sizes({})).toEqual(["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]);
  expect(sizes({ width: 1_080, height: 1_920 })).toEqual([
    ...["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640"],
  ]);
  expect(sizes({ width: 3_840, height: 2_160 })[0]).toBe("1080p 1920x1080");
  expect(sizes({ width: 2_560, height: 1_080 })[1]).toBe("720p 1706x720");
  expect(sizes({ width: 320, height: 180 })).toEqual(["180p 320x180"]);
  expect(sizes({ width: 16_000, height: 160 })).toEqual(["160p 16000x160"]);
});

test("sides are even", () => {
  expect(sizes({ width: 321, height: 181 })).toEqual(["180p 320x180"]);
  expect(sizes({ width: 161, height: 91 })).toEqual(["90p 160x90"]);
});

test("a quarter turn and the shape of pixels count before the ladder is chosen", () => {
  expect(sizes({ width: 320, height: 180, turned: true })).toEqual(["180p 180x320"]);
  expect(sizes({ width: 720, height: 576, pixelAspect: 64 / 45 })[0]).toBe("576p 1024x576");
  expect(sizes({ width: 720, height: 576, pixelAspect: 64 / 45, turned: true })[0]).toBe("576p 576x1024");
  expect(shownSize({ ...track, width: 180, height: 180, pixelAspect: 16 / 9 })).toEqual({ width: 320, height: 180 });
});

test("the rate is that of the densest part, from 10 to 60 pictures a second", () => {
  const rateOf = (given: Given) => fpsOf(planOf(given).rate);
  expect(rateOf({ fps: 25 })).toBe(25);
  expect(rateOf({ fps: 30_000 / 1_001 })).toBeCloseTo(29.97, 2);
  expect(rateOf({ fps: 240 })).toBe(60);
  expect(rateOf({ fps: 1, seconds: 1 })).toBe(10);
  expect(rateOf({ fps: 22, baseFps: 60 })).toBe(60);
  expect(rateOf({ fps: 25, baseFps: 90_000 })).toBe(25);
  expect(rateOf({ fps: 25, baseFps: 50, interlaced: true })).toBe(25);
});

test("picture and sound get one length, the longer of the two, whatever the header says", () => {
  expect(planOf({ seconds: 1, fps: 1, soundS: 8 }).durationS).toBe(8);
  expect(planOf({ seconds: 8, soundS: 2 }).durationS).toBe(8);
  expect(planOf({ seconds: 4, soundS: null })).toMatchObject({ durationS: 4, audioIndex: null });
});

test("what is too long is refused, in words", () => {
  expect(() => planOf({ seconds: 50_000 })).toThrow("The video is too long: 13.9 hours, and 12.0 hours are allowed.");
});

test("whatever is measured, keyframes of all rungs fall together and every rung is one that H.264 can have", () => {
  const side = fc.integer({ min: 16, max: 8_000 });
  const fps = fc.double({ min: 0.01, max: 1_000, noNaN: true });
  fc.assert(
    fc.property(side, side, fps, fps, fc.boolean(), (width, height, rate, baseFps, turned) => {
      const { rungs, keyframePictures, rate: chosen } = planOf({ width, height, fps: rate, baseFps, turned });
      expect(fpsOf(chosen)).toBeWithin(10, 60.001);
      for (const rung of rungs) {
        expect([keyframePictures % rung.every, rung.width % 2, rung.height % 2]).toEqual([0, 0, 0]);
        expect(Math.min(rung.width, rung.height)).toBeLessThanOrEqual(Math.min(1_080, width, height));
      }
    }),
  );
});
