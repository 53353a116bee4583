// The encoders: how each is asked for a rung's picture. Software is x264; the others are chips, by their drivers.
//
// Of each is asked: no B-frames and no look-ahead (delay), forced keyframes that are IDR, none of its own, even bitrate.

import type { ENCODERS } from "#runtime/config/ladder.ts";
import type { VideoRung } from "./rungs.ts";

export type EncoderName = (typeof ENCODERS)[number];

export interface Encoder {
  name: EncoderName;
  /** DRM render node, for `vaapi`. */
  vaapiDevice: string;
}

/** Reached only if marks fail; see marks.ts. */
const KEYFRAME_PICTURES_MAX = "600";

/** Arguments before any input: the device. */
export function deviceArgs({ name, vaapiDevice }: Encoder): string[] {
  return name === "vaapi" ? ["-vaapi_device", vaapiDevice] : [];
}

/** The end of the chain of filters: the form of picture that the encoder takes, 4:2:0 of 8 bits for browsers. */
export function pictureFilter({ name }: Encoder): string {
  return { software: "format=yuv420p", nvenc: "format=yuv420p", vaapi: "format=nv12,hwupload", qsv: "format=nv12" }[
    name
  ];
}

export type EncodedPicture = Pick<
  VideoRung,
  "width" | "height" | "bitrateKbps" | "bitrateMaxKbps" | "preset" | "profile" | "level"
>;

export function videoArgs({ name }: Encoder, picture: EncodedPicture): string[] {
  return [...codecArgs(name, picture), "-profile:v", picture.profile, ...rateArgs(name, picture)];
}

function codecArgs(name: EncoderName, picture: EncodedPicture): string[] {
  const bound = ["-bf", "0", "-g", KEYFRAME_PICTURES_MAX];
  switch (name) {
    case "software":
      return [
        ...["-c:v", "libx264", "-preset", picture.preset, "-tune", "zerolatency", "-threads", threads(picture)],
        ...["-level", picture.level, "-sc_threshold", "0", "-g", KEYFRAME_PICTURES_MAX, "-forced-idr", "1"],
      ];
    case "nvenc":
      return [
        ...["-c:v", "h264_nvenc", "-preset", "p4", "-tune", "ull", "-rc", "cbr", "-zerolatency", "1", "-delay", "0"],
        ...["-forced-idr", "1", "-no-scenecut", "1", "-level", picture.level, ...bound],
      ];
    case "vaapi":
      // An I picture that is asked for is an IDR picture here.
      return ["-c:v", "h264_vaapi", "-rc_mode", "VBR", "-idr_interval", "0", "-async_depth", "1", ...bound];
    case "qsv":
      return ["-c:v", "h264_qsv", "-preset", "veryfast", "-async_depth", "1", "-forced_idr", "1", ...bound];
  }
}

/** The buffer of one second bounds how long a slow viewer waits for a keyframe. */
function rateArgs(name: EncoderName, { bitrateKbps, bitrateMaxKbps }: EncodedPicture): string[] {
  // NVENC's constant bitrate has one number.
  const averageKbps = name === "nvenc" ? bitrateMaxKbps : bitrateKbps;
  return ["-b:v", `${averageKbps}k`, "-maxrate", `${bitrateMaxKbps}k`, "-bufsize", `${bitrateMaxKbps}k`];
}

/** x264 cuts each picture into as many slices, so threads cost bits; small pictures need none. */
function threads({ width, height }: EncodedPicture): string {
  const side = Math.min(width, height);
  return String(side > 720 ? 4 : side > 480 ? 2 : 1);
}
