// Odd uploads by their codecs, containers and colours.

import { AAC, ffmpeg, H264, ordinary, picture, type Recipe, sound, words } from "../ingredients.ts";

/** Picture and sound of so many seconds, in these codecs. */
const of =
  (what: { seconds: number; width?: number; height?: number }, ...codecs: string[]): Recipe =>
  (kitchen, name) =>
    ffmpeg(kitchen, ...picture(what), ...sound(what), ...codecs, name);

const FROM_709 = "min=709:pin=709:tin=709:r=tv,format=yuv420p10le";
const hevc = (transfer: string) => [
  ...words("-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=1 -tag:v hvc1 -color_primaries bt2020"),
  ...["-color_trc", transfer, "-colorspace", "bt2020nc", ...AAC],
];
const COMMON = { seconds: 3 };

export const CODECS = {
  async "matroska.mp4"(kitchen, name) {
    await ordinary(kitchen, "base.mp4", { seconds: 4 });
    await ffmpeg(kitchen, ...words("-i base.mp4 -c copy -f matroska"), name);
  },
  "hdr.mov": of(COMMON, ...["-vf", `zscale=m=2020_ncl:p=2020:t=smpte2084:npl=100:${FROM_709}`], ...hevc("smpte2084")),
  "hlg.mp4": of(
    COMMON,
    ...["-vf", `zscale=m=2020_ncl:p=2020:t=arib-std-b67:npl=100:${FROM_709}`],
    ...hevc("arib-std-b67"),
  ),
  "studio.mov": of({ seconds: 2 }, ...words("-c:v prores_ks -profile:v 2 -pix_fmt yuv422p10le -c:a pcm_s16be")),
  "unsampled.mp4": of(COMMON, ...H264, "-pix_fmt", "yuv444p", ...AAC),
  "full-range.mp4": of(COMMON, ...H264, ...words("-pix_fmt yuvj420p -color_range pc"), ...AAC),
  "uncompressed.avi": of({ seconds: 2 }, ...words("-c:v rawvideo -pix_fmt bgr24 -c:a pcm_s16le")),
  "old.avi": of(COMMON, ...words("-c:v mpeg4 -vtag XVID -bf 2 -b:v 500k -c:a libmp3lame")),
  "windows.wmv": of(COMMON, ...words("-c:v wmv2 -b:v 500k -c:a wmav2")),
  "flash.flv": of(COMMON, ...words("-c:v flv1 -b:v 500k -c:a libmp3lame -ar 44100")),
  "free.ogv": of(COMMON, ...words("-c:v libtheora -b:v 500k -c:a libvorbis")),
  "camera.mts": of(COMMON, ...H264, ...words("-c:a ac3 -f mpegts -mpegts_m2ts_mode 1")),
  "animation.gif": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...picture({ width: 161, height: 91, fps: 10, seconds: 3 }),
      ...["-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse", "-loop", "0", name],
    ),
  "transparent.webm": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ seconds: 3 }), "-vf", "format=yuva420p,geq=lum='p(X,Y)':a='if(lt(X,W/2),255,0)'"],
      ...words("-c:v libvpx-vp9 -b:v 150k -deadline realtime -cpu-used 8 -pix_fmt yuva420p -auto-alt-ref 0"),
      name,
    ),
  "newest.mp4": of(
    { seconds: 2 },
    ...words("-c:v libaom-av1 -usage realtime -cpu-used 8 -b:v 100k -pix_fmt yuv420p -c:a libopus -b:a 48k"),
  ),
} satisfies Record<string, Recipe>;
