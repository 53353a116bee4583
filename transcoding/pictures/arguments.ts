// FFmpeg's command line for one picture: fragmented MP4 on standard input, a JPEG for each width on standard output, the narrowest first, and
// how loud the sound is, a line for each frame so far, on standard error.

import { THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";

/** Of the source's picture; 8K has 33 million. FFmpeg refuses a larger one before it takes memory for it. */
const PIXELS_MAX = 40_000_000;
/** 2 is the best, 31 the worst. With 5 a picture 320 wide has about 10 KB, one 1280 wide 40 to 100 KB. */
const QUALITY = "5";
/** A portrait may be this many times as high as it is wide; a higher one is narrower than its size says. */
const HEIGHT_SHARE_MAX = 2;

const LEVEL = "lavfi.astats.Overall.RMS_level";

/** `sound`: the input has sound, whose level is told. `-skip_frame nokey`: what does not decode alone is left out. One thread: a second one would only wait. */
export function pictureArgv({ ffmpegPath, sound }: { ffmpegPath: string; sound: boolean }): string[] {
  return [
    ...[ffmpegPath, "-hide_banner", "-nostdin", "-loglevel", "error"],
    ...["-threads", "1", "-skip_frame", "nokey", "-max_pixels", String(PIXELS_MAX), "-f", "mp4", "-i", "pipe:0"],
    ...["-filter_complex_threads", "1", "-filter_complex", filter(THUMBNAIL_WIDTHS)],
    ...THUMBNAIL_WIDTHS.flatMap((width) => ["-map", `[w${width}]`]),
    // One output, so that one picture follows the other.
    ...["-frames:v", "1", "-threads:v", "1", "-c:v", "mjpeg", "-q:v", QUALITY, "-f", "image2pipe", "pipe:1"],
    ...(sound ? ["-map", "0:a:0", "-af", LISTEN, "-f", "null", "-"] : []),
  ];
}

const LISTEN = `astats=metadata=1:measure_perchannel=none,ametadata=mode=print:key=${LEVEL}:file=pipe\\\\:2`;

/** The level that a line of FFmpeg tells, in dB below full scale (RMS); silence is -100. Null: the line tells none. */
export function levelIn(line: string): number | null {
  if (!line.startsWith(`${LEVEL}=`)) return null;
  const db = Number(line.slice(LEVEL.length + 1));
  return Math.max(SILENCE_DB, Number.isNaN(db) ? SILENCE_DB : Math.round(db * 10) / 10);
}

const SILENCE_DB = -100;

/** What FFmpeg prints beside a level: the frame that it was measured at. */
export const tellsFrame = (line: string) => /^frame:\d+\s+pts:/.test(line);

/** Each size is made from the next wider one, which costs less than from the source. */
function filter(widths: readonly number[]): string {
  const [widest, ...narrower] = widths.toReversed();
  return [
    `[0:v:0]${scale(widest!)},format=yuvj420p`,
    ...narrower.flatMap((width, i) => {
      const wider = widths.at(-1 - i)!;
      return [`,split=2[w${wider}][to${width}];[to${width}]${scale(width)}`];
    }),
    `[w${widths[0]}]`,
  ].join("");
}

/** Never larger than the source, with its shape on the screen (`dar`): the pixels of a thumbnail are square. */
const scale = (width: number) =>
  `scale=w='min(${width},min(iw*sar,${width * HEIGHT_SHARE_MAX}*dar))':h='max(1,round(ow/dar))',setsar=1`;
