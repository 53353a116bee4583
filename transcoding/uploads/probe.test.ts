// Tracks by ffprobe's JSON.

import { expect, test } from "bun:test";
import { readProbe } from "./probe.ts";

const video = { index: 0, codec_type: "video", codec_name: "h264", width: 320, height: 180, avg_frame_rate: "25/1" };
const audio = { index: 1, codec_type: "audio", codec_name: "aac" };
const probe = (streams: object[], format: object = {}) => readProbe(JSON.stringify({ streams, format }));

test("the default track is taken, else the first; cover art is no video", () => {
  const cover = { ...video, index: 7, codec_name: "mjpeg", disposition: { attached_pic: 1, default: 1 } };
  const second = { ...audio, index: 2, disposition: { default: 1 } };
  const found = probe([cover, video, { ...audio, disposition: { default: 0 } }, second]);
  expect([found.video.index, found.audio?.index]).toEqual([0, 2]);
  expect(probe([video, audio]).audio?.index).toBe(1);
  expect(probe([video]).audio).toBeNull();
  expect(() => probe([cover, audio])).toThrow("sound_only");
});

test("every number may be absent or nonsense", () => {
  const bare = probe([{ ...video, avg_frame_rate: "0/0", r_frame_rate: "N/A", sample_aspect_ratio: "0:1" }]);
  expect(bare).toMatchObject({ startS: 0, declaredS: null, audio: null });
  expect(bare.video).toMatchObject({ averageFps: 0, baseFps: 0, pixelAspect: 1, turned: false, interlaced: false });
  expect(() => readProbe("")).toThrow("not_a_video");
  expect(() => readProbe("[1]")).toThrow("not_a_video");
  expect(() => probe([{ ...video, width: "N/A" }])).toThrow("unreadable");
});

test("a quarter turn in either direction is one, a half turn is none", () => {
  const turned = (rotation: number) => probe([{ ...video, side_data_list: [{ rotation }] }]).video.turned;
  expect([90, -90, 270, 180, -180, 0].map(turned)).toEqual([true, true, true, false, false, false]);
});

test("pixels are counted before anything is decoded", () => {
  expect(() => probe([{ ...video, width: 16_000, height: 16_000 }])).toThrow("The picture is too large (16000x16000).");
});

test("unknown codecs are refused", () => {
  expect(() => probe([{ ...video, codec_name: "none" }])).toThrow("unsupported");
});
