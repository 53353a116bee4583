// Odd uploads by the shape of their picture: turned, mirrored, not of square pixels, of odd sides, of a size that changes.

import { AAC, ffmpeg, H264, joined, ordinary, picture, type Recipe, sound, words } from "../ingredients.ts";
import { mirrored } from "../mangled.ts";

const SHORT = { seconds: 3 };
/** MPEG-TS whose clock begins at 0, or at `fromS`. */
export const ts = (fromS?: number) =>
  words(`-muxdelay 0 -muxpreload 0${fromS === undefined ? "" : ` -output_ts_offset ${fromS}`}`);

const turned =
  (angle: number, of: { width?: number; height?: number } = {}, ...more: string[]): Recipe =>
  async (kitchen, name) => {
    await ordinary(kitchen, "lying.mp4", { seconds: 4, ...of }, ...more);
    await ffmpeg(kitchen, ...words(`-i lying.mp4 -c copy -metadata:s:v rotate=${angle}`), name);
  };

export const SHAPE = {
  "turned.mov": turned(90),
  "upside-down.mp4": turned(180),
  "turned-back.mp4": turned(270),
  "turned-anamorphic.mov": turned(90, { width: 180, height: 180 }, "-aspect", "16:9"),
  async "mirrored.mp4"(kitchen, name) {
    await ordinary(kitchen, "base.mp4", { seconds: 4 });
    await mirrored(kitchen, { from: "base.mp4", to: name });
  },
  "anamorphic.mp4": (kitchen, name) =>
    ordinary(kitchen, name, { width: 180, height: 180, ...SHORT }, "-aspect", "16:9"),
  "disc.mpg": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ width: 720, height: 576, ...SHORT }), ...sound(SHORT)],
      ...words("-target pal-dvd -b:v 600k -maxrate 900k -aspect 16:9 -flags +ilme+ildct -r 25 -t 3"),
      ...["-vf", "format=yuv420p,tinterlace=interleave_top,fieldorder=tff", name],
    ),
  "fields.mp4": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ fps: 50, seconds: 4 }), ...sound({ seconds: 4 }), "-vf", "tinterlace=interleave_top"],
      ...[...H264, ...words("-x264opts tff=1 -flags +ilme+ildct"), ...AAC, name],
    ),
  "odd.webm": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ width: 321, height: 181, ...SHORT }), ...sound(SHORT)],
      ...words("-c:v libvpx -b:v 150k -deadline realtime -cpu-used 8 -pix_fmt yuv420p -c:a libvorbis"),
      name,
    ),
  "banner.mp4": (kitchen, name) => ordinary(kitchen, name, { width: 1_600, height: 16, ...SHORT }),
  async "changing.ts"(kitchen, name) {
    await ordinary(kitchen, "a.ts", SHORT, ...ts());
    await ordinary(kitchen, "b.ts", { width: 180, height: 320, ...SHORT }, ...ts(3));
    await joined(kitchen, name, ["a.ts", "b.ts"]);
  },
} satisfies Record<string, Recipe>;
