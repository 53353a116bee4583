// Odd files that people upload, and what must become of each. Files are made when they are needed.

import { AAC, ffmpeg, file, H264, type Kitchen, ordinary, picture, sound } from "./ingredients.ts";
import { hugePicture, lyingHeader, withoutIndex } from "./mangled.ts";

interface Expected {
  width: number;
  height: number;
  seconds: number;
  /** Default 0.15. */
  toleranceS?: number;
  /** Default true. */
  sound?: boolean;
  topLeft?: "red" | "green" | "grey";
  flashes?: readonly number[] | undefined;
  beeps?: readonly number[];
  warning?: RegExp;
}

export interface OddUpload {
  what: string;
  /** Of the file; its end is no help. */
  name: string;
  make(kitchen: Kitchen): Promise<void>;
  expected: Expected | { refused: string };
}

const usual = { width: 320, height: 180, seconds: 4, flashes: [1, 2, 3], beeps: [1, 2, 3], topLeft: "red" } as const;
const base = (kitchen: Kitchen) => ordinary(kitchen, "base.mp4", { seconds: 4 });
const ts = (kitchen: Kitchen, name: string, ...more: string[]) =>
  ordinary(kitchen, name, { seconds: 3 }, "-muxdelay", "0", "-muxpreload", "0", ...more);

async function joined(kitchen: Kitchen, name: string, parts: string[]) {
  const bytes = await Promise.all(parts.map((part) => Bun.file(file(kitchen, part)).bytes()));
  await Bun.write(file(kitchen, name), Buffer.concat(bytes));
}

const written = (name: string, text: string | Uint8Array) => async (kitchen: Kitchen) => {
  await Bun.write(file(kitchen, name), text);
};

export const ODD_UPLOADS: readonly OddUpload[] = [
  {
    what: "a phone held upright: stored lying, with a quarter turn",
    name: "turned.mov",
    async make(kitchen) {
      await base(kitchen);
      await ffmpeg(kitchen, "-i", "base.mp4", "-c", "copy", "-metadata:s:v", "rotate=90", "turned.mov");
    },
    expected: { ...usual, width: 180, height: 320, topLeft: "green" },
  },
  {
    what: "upside down",
    name: "upside-down.mp4",
    async make(kitchen) {
      await base(kitchen);
      await ffmpeg(kitchen, "-i", "base.mp4", "-c", "copy", "-metadata:s:v", "rotate=180", "upside-down.mp4");
    },
    expected: { ...usual, topLeft: "grey" },
  },
  {
    what: "pixels that are not square",
    name: "anamorphic.mp4",
    make: (kitchen) => ordinary(kitchen, "anamorphic.mp4", { width: 180, height: 180, seconds: 3 }, "-aspect", "16:9"),
    expected: { ...usual, seconds: 3, flashes: [1, 2], beeps: [1, 2] },
  },
  {
    what: "interlaced, with wide pixels and a clock that begins late",
    name: "disc.mpg",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ width: 720, height: 576, seconds: 3 }),
        ...sound({ seconds: 3 }),
        ...["-target", "pal-dvd", "-b:v", "600k", "-maxrate", "900k", "-aspect", "16:9", "-flags", "+ilme+ildct"],
        ...["-vf", "format=yuv420p,tinterlace=interleave_top,fieldorder=tff", "-r", "25", "-t", "3", "disc.mpg"],
      ),
    expected: { width: 1_024, height: 576, seconds: 2.9, toleranceS: 0.25, topLeft: "red" },
  },
  {
    what: "odd sides",
    name: "odd.webm",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ width: 321, height: 181, seconds: 3 }),
        ...sound({ seconds: 3 }),
        ...["-c:v", "libvpx", "-b:v", "150k", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p"],
        ...["-c:a", "libvorbis", "odd.webm"],
      ),
    expected: { ...usual, seconds: 3, flashes: [1, 2], beeps: [1, 2] },
  },
  {
    what: "a size that changes in the middle",
    name: "changing.ts",
    async make(kitchen) {
      await ts(kitchen, "a.ts");
      const portrait = { width: 180, height: 320, seconds: 3 };
      const late = ["-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", "3"];
      await ordinary(kitchen, "b.ts", portrait, ...late);
      await joined(kitchen, "changing.ts", ["a.ts", "b.ts"]);
    },
    expected: { ...usual, seconds: 6, toleranceS: 0.2, flashes: undefined, beeps: [1, 2, 4, 5] },
  },
  {
    what: "240 pictures a second",
    name: "slow-motion.mp4",
    make: (kitchen) => ordinary(kitchen, "slow-motion.mp4", { fps: 240, seconds: 3 }),
    expected: { ...usual, seconds: 3, flashes: [1, 2], beeps: [1, 2] },
  },
  {
    what: "a rate that changes",
    name: "variable.mp4",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ fps: 60, seconds: 6 }),
        ...sound({ seconds: 6 }),
        ...["-vf", "select='lt(t,2)+gte(t,2)*lt(mod(t+0.001,1),0.2)*not(mod(n,6))+eq(mod(n,60),0)'", "-vsync", "vfr"],
        ...[...H264, ...AAC, "variable.mp4"],
      ),
    expected: { ...usual, seconds: 6, flashes: undefined, beeps: [1, 2, 3, 4, 5] },
  },
  {
    what: "one picture of 0.04 s",
    name: "moment.mp4",
    make: (kitchen) => ffmpeg(kitchen, ...picture({ seconds: 1 }), "-frames:v", "1", ...H264, "moment.mp4"),
    expected: { width: 320, height: 180, seconds: 0.04, toleranceS: 0.1, sound: false, topLeft: "red" },
  },
  {
    what: "one picture and eight seconds of sound",
    name: "podcast.mp4",
    make: (kitchen) =>
      ffmpeg(kitchen, ...picture({ fps: 1, seconds: 1 }), ...sound({ seconds: 8 }), ...H264, ...AAC, "podcast.mp4"),
    expected: { width: 320, height: 180, seconds: 8, beeps: [1, 2, 3, 4, 5, 6, 7], topLeft: "red" },
  },
  {
    what: "a beginning that an edit list hides",
    name: "cut.mp4",
    async make(kitchen) {
      await ordinary(kitchen, "long.mp4", { seconds: 6 }, "-g", "50", "-bf", "2");
      await ffmpeg(kitchen, "-ss", "2.6", "-i", "long.mp4", "-c", "copy", "-t", "3", "cut.mp4");
    },
    expected: { ...usual, seconds: 3.05, toleranceS: 0.2, flashes: [0.4, 1.4, 2.4], beeps: [0.4, 1.4, 2.4] },
  },
  {
    what: "sound that begins two seconds late",
    name: "late-sound.mp4",
    async make(kitchen) {
      await base(kitchen);
      const late = ["-itsoffset", "2", ...sound({ seconds: 2 })];
      await ffmpeg(
        kitchen,
        "-i",
        "base.mp4",
        ...late,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        ...AAC,
        "late-sound.mp4",
      );
    },
    expected: { ...usual, beeps: [3] },
  },
  {
    what: "a clock that wraps in the middle",
    name: "wraps.ts",
    async make(kitchen) {
      await ts(kitchen, "a.ts");
      await ffmpeg(
        kitchen,
        "-i",
        "a.ts",
        "-c",
        "copy",
        "-muxdelay",
        "0",
        "-muxpreload",
        "0",
        "-output_ts_offset",
        "95442",
        "wraps.ts",
      );
    },
    expected: { ...usual, seconds: 3, toleranceS: 0.2, flashes: [1, 2], beeps: [1, 2] },
  },
  {
    what: "a clock that jumps by 5000 s",
    name: "jumps.ts",
    async make(kitchen) {
      await ts(kitchen, "a.ts");
      await ffmpeg(
        kitchen,
        "-i",
        "a.ts",
        "-c",
        "copy",
        "-muxdelay",
        "0",
        "-muxpreload",
        "0",
        "-output_ts_offset",
        "5000",
        "c.ts",
      );
      await joined(kitchen, "jumps.ts", ["a.ts", "c.ts"]);
    },
    expected: { ...usual, seconds: 6, toleranceS: 0.3, flashes: [1, 2, 4, 5], beeps: [1, 2, 4, 5] },
  },
  {
    what: "four seconds whose headers say 30 hours",
    name: "boasting.mp4",
    async make(kitchen) {
      await base(kitchen);
      await lyingHeader(kitchen, { from: "base.mp4", to: "boasting.mp4", seconds: 108_000 });
    },
    expected: usual,
  },
  {
    what: "a browser's recording: no duration, no index",
    name: "recorder.webm",
    async make(kitchen) {
      const args = ["-c:v", "libvpx", "-b:v", "150k", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p"];
      await ffmpeg(
        kitchen,
        ...picture({ fps: 30, seconds: 4 }),
        ...sound({ seconds: 4 }),
        ...args,
        "-c:a",
        "libopus",
        "-live",
        "1",
        "recorder.webm",
      );
    },
    expected: usual,
  },
  {
    what: "a recording that died: its index is missing",
    name: "died.mp4",
    async make(kitchen) {
      await base(kitchen);
      await withoutIndex(kitchen, { from: "base.mp4", to: "died.mp4" });
    },
    expected: { refused: "index_missing" },
  },
  {
    what: "a file that ends early",
    name: "cut-off.mp4",
    async make(kitchen) {
      await ordinary(kitchen, "fast.mp4", { seconds: 6 }, "-movflags", "+faststart");
      const bytes = await Bun.file(file(kitchen, "fast.mp4")).bytes();
      await Bun.write(file(kitchen, "cut-off.mp4"), bytes.subarray(0, bytes.length * 0.6));
    },
    expected: {
      width: 320,
      height: 180,
      seconds: 3.1,
      toleranceS: 0.8,
      warning: /^The file ends early: \d s of 6 s\.$/,
    },
  },
  { what: "no bytes", name: "empty.mp4", make: written("empty.mp4", ""), expected: { refused: "empty" } },
  {
    what: "Matroska under another name",
    name: "matroska.mp4",
    async make(kitchen) {
      await base(kitchen);
      await ffmpeg(kitchen, "-i", "base.mp4", "-c", "copy", "-f", "matroska", "matroska.mp4");
    },
    expected: usual,
  },
  {
    what: "a photograph",
    name: "photo.mp4",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ fps: 1, seconds: 1 }),
        "-frames:v",
        "1",
        "-f",
        "image2",
        "-c:v",
        "mjpeg",
        "-pix_fmt",
        "yuvj420p",
        "photo.mp4",
      ),
    expected: { refused: "still_picture" },
  },
  {
    what: "text",
    name: "text.mp4",
    make: written("text.mp4", "Dear all,\n\nthis is not a video.\n"),
    expected: { refused: "not_a_video" },
  },
  {
    what: "a picture of 16000 × 16000 in 94 kB",
    name: "bomb.mov",
    make: (kitchen) => hugePicture(kitchen, "bomb.mov", 16_000),
    expected: { refused: "picture_too_large" },
  },
  {
    what: "no sound",
    name: "silent.mp4",
    make: (kitchen) => ffmpeg(kitchen, ...picture({ seconds: 3 }), ...H264, "silent.mp4"),
    expected: { width: 320, height: 180, seconds: 3, sound: false, flashes: [1, 2], topLeft: "red" },
  },
  {
    what: "a song with a cover",
    name: "song.m4a",
    async make(kitchen) {
      await ffmpeg(kitchen, ...picture({ fps: 1, seconds: 1 }), "-frames:v", "1", "-pix_fmt", "yuvj420p", "cover.jpg");
      await ffmpeg(
        kitchen,
        ...sound({ seconds: 4 }),
        "-i",
        "cover.jpg",
        "-map",
        "0",
        "-map",
        "1",
        ...AAC,
        "-c:v",
        "copy",
        "-disposition:v",
        "attached_pic",
        "song.m4a",
      );
    },
    expected: { refused: "sound_only" },
  },
  {
    what: "a video with a cover in front",
    name: "covered.mp4",
    async make(kitchen) {
      await base(kitchen);
      await ffmpeg(
        kitchen,
        ...picture({ width: 300, height: 300, fps: 1, seconds: 1 }),
        "-frames:v",
        "1",
        "-pix_fmt",
        "yuvj420p",
        "cover.jpg",
      );
      await ffmpeg(
        kitchen,
        "-i",
        "cover.jpg",
        "-i",
        "base.mp4",
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        "covered.mp4",
      );
    },
    expected: usual,
  },
  {
    what: "subtitles and a font",
    name: "subtitled.mkv",
    async make(kitchen) {
      await base(kitchen);
      await Bun.write(file(kitchen, "words.srt"), "1\n00:00:00,500 --> 00:00:02,000\nhello\n");
      await Bun.write(file(kitchen, "font.ttf"), new Uint8Array(20_000).fill(7));
      await ffmpeg(
        kitchen,
        "-i",
        "base.mp4",
        "-i",
        "words.srt",
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-c:s",
        "srt",
        "-attach",
        "font.ttf",
        "-metadata:s:t",
        "mimetype=application/x-truetype-font",
        "subtitled.mkv",
      );
    },
    expected: usual,
  },
  {
    what: "10 bits, BT.2020 and PQ",
    name: "hdr.mov",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ seconds: 3 }),
        ...sound({ seconds: 3 }),
        ...["-vf", "zscale=m=2020_ncl:p=2020:t=smpte2084:npl=100:min=709:pin=709:tin=709:r=tv,format=yuv420p10le"],
        ...["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:pools=1", "-tag:v", "hvc1"],
        ...["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", ...AAC, "hdr.mov"],
      ),
    expected: { width: 320, height: 180, seconds: 3, topLeft: "red", beeps: [1, 2] },
  },
  {
    what: "4:2:2 with 10 bits",
    name: "studio.mov",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ seconds: 2 }),
        ...sound({ seconds: 2 }),
        "-c:v",
        "prores_ks",
        "-profile:v",
        "2",
        "-pix_fmt",
        "yuv422p10le",
        "-c:a",
        "pcm_s16be",
        "studio.mov",
      ),
    expected: { ...usual, seconds: 2, flashes: [1], beeps: [1] },
  },
  {
    what: "an animation",
    name: "animation.gif",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ width: 161, height: 91, fps: 10, seconds: 3 }),
        "-vf",
        "split[a][b];[a]palettegen[p];[b][p]paletteuse",
        "-loop",
        "0",
        "animation.gif",
      ),
    expected: { width: 160, height: 90, seconds: 3, toleranceS: 0.2, sound: false, topLeft: "red" },
  },
  {
    what: "six channels first, the default track second",
    name: "two-sounds.mkv",
    async make(kitchen) {
      await base(kitchen);
      const tone = (hz: number) => ["-f", "lavfi", "-i", `sine=f=${hz}:r=48000:d=4`];
      await ffmpeg(
        kitchen,
        "-i",
        "base.mp4",
        ...tone(300),
        ...sound({ seconds: 4 }),
        "-map",
        "0:v",
        "-map",
        "1",
        "-map",
        "2",
        "-c:v",
        "copy",
        "-c:a",
        "aac",
        "-ac:a:0",
        "6",
        "-ac:a:1",
        "2",
        "-disposition:a:0",
        "0",
        "-disposition:a:1",
        "default",
        "two-sounds.mkv",
      );
    },
    expected: usual,
  },
  {
    what: "an index behind the media",
    name: "index-last.mp4",
    make: (kitchen) => ordinary(kitchen, "index-last.mp4", { seconds: 4 }),
    expected: usual,
  },
  {
    what: "transparent pictures",
    name: "transparent.webm",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ seconds: 3 }),
        ...["-vf", "format=yuva420p,geq=lum='p(X,Y)':a='if(lt(X,W/2),255,0)'", "-c:v", "libvpx-vp9", "-b:v", "150k"],
        ...[
          "-deadline",
          "realtime",
          "-cpu-used",
          "8",
          "-pix_fmt",
          "yuva420p",
          "-auto-alt-ref",
          "0",
          "transparent.webm",
        ],
      ),
    expected: { width: 320, height: 180, seconds: 3, sound: false },
  },
  {
    what: "AV1 and Opus",
    name: "newest.mp4",
    make: (kitchen) =>
      ffmpeg(
        kitchen,
        ...picture({ seconds: 2 }),
        ...sound({ seconds: 2 }),
        ...["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-b:v", "100k", "-pix_fmt", "yuv420p"],
        ...["-c:a", "libopus", "-b:a", "48k", "newest.mp4"],
      ),
    expected: { ...usual, seconds: 2, flashes: [1], beeps: [1] },
  },
];
