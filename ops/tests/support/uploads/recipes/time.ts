// Odd uploads by the time in them: rates, clocks, hidden beginnings, tracks that begin late or end early, durations that lie.

import { AAC, ffmpeg, H264, joined, ordinary, picture, type Recipe, sound, words } from "../ingredients.ts";
import { clockFrom, editedTo, lyingHeader } from "../mangled.ts";
import { ts } from "./shape.ts";

const base: Recipe = (kitchen, name) => ordinary(kitchen, name, { seconds: 4 });

export const TIME = {
  "slow-motion.mp4": (kitchen, name) => ordinary(kitchen, name, { fps: 240, seconds: 3 }),
  "cinema.mkv": (kitchen, name) => ordinary(kitchen, name, { fps: "24000/1001", seconds: 4 }),
  "variable.mp4": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ fps: 60, seconds: 6 }), ...sound({ seconds: 6 })],
      ...["-vf", "select='lt(t,2)+gte(t,2)*lt(mod(t+0.001,1),0.2)*not(mod(n,6))+eq(mod(n,60),0)'", "-vsync", "vfr"],
      ...[...H264, ...AAC, name],
    ),
  "moment.mp4": (kitchen, name) => ffmpeg(kitchen, ...picture({ seconds: 1 }), "-frames:v", "1", ...H264, name),
  "podcast.mp4": (kitchen, name) =>
    ffmpeg(kitchen, ...picture({ fps: 1, seconds: 1 }), ...sound({ seconds: 8 }), ...H264, ...AAC, name),
  "slides.mp4": (kitchen, name) => ffmpeg(kitchen, ...picture({ fps: 0.1, seconds: 30 }), ...H264, name),
  "picture-ends.mp4": (kitchen, name) =>
    ffmpeg(kitchen, ...picture({ seconds: 2 }), ...sound({ seconds: 6 }), ...H264, ...AAC, name),
  "sound-ends.mp4": (kitchen, name) =>
    ffmpeg(kitchen, ...picture({ seconds: 4 }), ...sound({ seconds: 1.5 }), ...H264, ...AAC, name),
  async "cut.mp4"(kitchen, name) {
    await ordinary(kitchen, "long.mp4", { seconds: 6 }, "-g", "50", "-bf", "2");
    await ffmpeg(kitchen, ...words("-ss 2.6 -i long.mp4 -c copy -t 3"), name);
  },
  async "edited.mov"(kitchen, name) {
    await ffmpeg(kitchen, ...picture({ seconds: 6 }), ...H264, "-g", "25", "-bf", "0", "plain.mov");
    await editedTo(kitchen, {
      from: "plain.mov",
      to: name,
      pieces: [
        { atS: 1, seconds: 2 },
        { atS: 4, seconds: 1 },
      ],
    });
  },
  async "late-sound.mp4"(kitchen, name) {
    await base(kitchen, "base.mp4");
    const late = ["-itsoffset", "2", ...sound({ seconds: 2 })];
    await ffmpeg(kitchen, "-i", "base.mp4", ...late, ...words("-map 0:v -map 1:a -c:v copy"), ...AAC, name);
  },
  async "late-picture.mp4"(kitchen, name) {
    await base(kitchen, "base.mp4");
    const late = words("-i base.mp4 -itsoffset 1 -i base.mp4 -map 1:v -map 0:a -c copy -t 4");
    await ffmpeg(kitchen, ...late, name);
  },
  async "wraps.ts"(kitchen, name) {
    await ordinary(kitchen, "a.ts", { seconds: 3 }, ...ts());
    await ffmpeg(kitchen, ...words("-i a.ts -c copy"), ...ts(95_442), name);
  },
  async "jumps.ts"(kitchen, name) {
    await ordinary(kitchen, "a.ts", { seconds: 3 }, ...ts());
    await ffmpeg(kitchen, ...words("-i a.ts -c copy"), ...ts(5_000), "c.ts");
    await joined(kitchen, name, ["a.ts", "c.ts"]);
  },
  async "jumps-back.ts"(kitchen, name) {
    await ordinary(kitchen, "a.ts", { seconds: 3 }, ...ts());
    await ffmpeg(kitchen, ...words("-i a.ts -c copy"), ...ts(5_000), "c.ts");
    await joined(kitchen, name, ["c.ts", "a.ts"]);
  },
  async "starts-again.mpg"(kitchen, name) {
    const codecs = words("-c:v mpeg2video -b:v 500k -c:a mp2 -b:a 96k -f vob");
    const size = { width: 352, height: 288, seconds: 3 };
    await ffmpeg(kitchen, ...picture(size), ...sound(size), ...codecs, "once.mpg");
    await joined(kitchen, name, ["once.mpg", "once.mpg"]);
  },
  async "fragments-from-an-hour.mp4"(kitchen, name) {
    await base(kitchen, "base.mp4");
    const fragmented = words("-i base.mp4 -c copy -movflags +empty_moov+default_base_moof+frag_keyframe");
    await ffmpeg(kitchen, ...fragmented, "fragments.mp4");
    await clockFrom(kitchen, { from: "fragments.mp4", to: name, seconds: 3_600 });
  },
  async "boasting.mp4"(kitchen, name) {
    await base(kitchen, "base.mp4");
    await lyingHeader(kitchen, { from: "base.mp4", to: name, seconds: 108_000 });
  },
  "recorder.webm": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ fps: 30, seconds: 4 }), ...sound({ seconds: 4 })],
      ...words("-c:v libvpx -b:v 150k -deadline realtime -cpu-used 8 -pix_fmt yuv420p -c:a libopus -live 1"),
      name,
    ),
} satisfies Record<string, Recipe>;
