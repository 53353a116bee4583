// Sources of test encoders: FLV files that FFmpeg encodes once and that are kept.

import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { type FlvTag, flvTags } from "./flv.ts";

const CACHE = join(import.meta.dir, "../../../../node_modules/.cache/encoder-sources");

const words = (text: string) => text.split(" ");
const picture = (size: string, fps = "30") => words(`-f lavfi -i testsrc2=size=${size}:rate=${fps}`);
const TONE = words("-f lavfi -i sine=frequency=440:sample_rate=48000");
const X264 =
  "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v main -pix_fmt yuv420p -g 60 -keyint_min 60 -sc_threshold 0 -b:v 250k";
const AAC = "-c:a aac -b:a 64k -ac 2";
const plain = (size: string) => [...picture(size), ...TONE, ...words(`${X264} ${AAC}`)];
const other = (encode: string, size = "320x180", fps = "30") => [
  ...picture(size, fps),
  ...TONE,
  ...words(`${encode} ${AAC}`),
];
const raw = (pixels: string) =>
  other(
    `-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt ${pixels} -g 60 -keyint_min 60 -sc_threshold 0 -b:v 300k`,
  );

/** FFmpeg's arguments between `-y` and the length. A changed line needs a new name, since files are kept by name. */
const SOURCES = {
  /** 320x180 at 30 frames a second, keyframe every 2 s, stereo. */
  plain: plain("320x180"),
  upright: plain("180x320"),
  larger: plain("640x360"),
  /** 720p at 3 Mbit/s, for loads. */
  heavy: [
    ...picture("1280x720"),
    ...TONE,
    ...words(
      `${X264.replace("-b:v 250k", "-b:v 2900k -minrate 2900k -maxrate 2900k -bufsize 2900k -x264-params nal-hrd=cbr")} ${AAC}`,
    ),
  ],
  silent: [...picture("320x180"), ...words(X264)],
  "mono-44k": [
    ...picture("320x180"),
    ...words("-f lavfi -i sine=frequency=440:sample_rate=44100"),
    ...words(`${X264} -c:a aac -b:a 64k -ac 1`),
  ],
  "b-frames": other(
    "-c:v libx264 -preset veryfast -pix_fmt yuv420p -bf 3 -g 60 -keyint_min 60 -sc_threshold 0 -b:v 250k",
  ),
  "film-rate": other(X264.replace("-g 60 -keyint_min 60", "-g 48 -keyint_min 48"), "320x180", "24000/1001"),
  "one-frame-a-second": other(X264.replace("-g 60 -keyint_min 60", "-g 2 -keyint_min 2"), "320x180", "1"),
  "long-gop": other(X264.replace("-g 60 -keyint_min 60", "-g 250 -keyint_min 250"), "320x180", "24"),
  "4-4-4": raw("yuv444p"),
  "4-2-2": raw("yuv422p"),
  "10-bit": raw("yuv420p10le"),
  "intra-refresh": other(
    "-c:v libx264 -preset ultrafast -profile:v main -pix_fmt yuv420p -g 60 -b:v 250k -x264-params intra-refresh=1:keyint=60",
  ),
} satisfies Record<string, string[]>;

export type SourceName = keyof typeof SOURCES;
export const sourceNames = Object.keys(SOURCES) as SourceName[];

/** The tags of a source. Encodes it at the first call, which takes some seconds. Throws FFmpeg's words. */
export async function source(name: SourceName, { seconds = 60 }: { seconds?: number } = {}): Promise<FlvTag[]> {
  return [...flvTags(await Bun.file(await sourceFile(name, { seconds })).bytes())];
}

/** Path of the source's FLV file. */
export async function sourceFile(name: SourceName, { seconds = 60 }: { seconds?: number } = {}): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const file = join(CACHE, `${name}-${seconds}-v1.flv`);
  if (existsSync(file) && statSync(file).size > 0) return file;
  const half = `${file}.${process.pid}`;
  const argv = [...words("ffmpeg -hide_banner -nostdin -loglevel error -y"), ...SOURCES[name], "-t", String(seconds)];
  const made = Bun.spawn(dyingWithUs([...argv, "-f", "flv", half]), { stdin: "ignore", stderr: "pipe" });
  const text = await new Response(made.stderr).text();
  if ((await made.exited) !== 0) throw new Error(`the source ${name} could not be encoded: ${text}`);
  renameSync(half, file);
  return file;
}
