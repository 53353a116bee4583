// Odd uploads by their tracks: none of one kind, two of one kind, covers, subtitles, fonts, timecodes, many channels.

import { AAC, ffmpeg, file, H264, type Kitchen, ordinary, picture, type Recipe, sound, words } from "../ingredients.ts";

const base = (kitchen: Kitchen) => ordinary(kitchen, "base.mp4", { seconds: 4 });

async function cover(kitchen: Kitchen) {
  const size = { width: 300, height: 300, fps: 1, seconds: 1 };
  await ffmpeg(kitchen, ...picture(size), ...words("-frames:v 1 -pix_fmt yuvj420p cover.jpg"));
}

export const TRACKS = {
  "silent.mp4": (kitchen, name) => ffmpeg(kitchen, ...picture({ seconds: 3 }), ...H264, name),
  async "song.m4a"(kitchen, name) {
    await cover(kitchen);
    const both = [...sound({ seconds: 4 }), ...words("-i cover.jpg -map 0 -map 1"), ...AAC];
    await ffmpeg(kitchen, ...both, ...words("-c:v copy -disposition:v attached_pic"), name);
  },
  async "covered.mp4"(kitchen, name) {
    await Promise.all([base(kitchen), cover(kitchen)]);
    const both = words("-i cover.jpg -i base.mp4 -map 0 -map 1 -c copy -disposition:v:0 attached_pic");
    await ffmpeg(kitchen, ...both, name);
  },
  async "subtitled.mkv"(kitchen, name) {
    await base(kitchen);
    await Bun.write(file(kitchen, "words.srt"), "1\n00:00:00,500 --> 00:00:02,000\nhello\n");
    await Bun.write(file(kitchen, "font.ttf"), new Uint8Array(20_000).fill(7));
    const font = words("-attach font.ttf -metadata:s:t mimetype=application/x-truetype-font");
    await ffmpeg(kitchen, ...words("-i base.mp4 -i words.srt -map 0 -map 1 -c copy -c:s srt"), ...font, name);
  },
  async "timecode.mov"(kitchen, name) {
    await base(kitchen);
    await ffmpeg(kitchen, ...words("-i base.mp4 -c copy -timecode 10:00:00:00"), name);
  },
  async "two-sounds.mkv"(kitchen, name) {
    await base(kitchen);
    const wrong = words("-f lavfi -i sine=f=300:r=48000:d=4");
    const maps = words("-map 0:v -map 1 -map 2 -c:v copy -c:a aac -ac:a:0 6 -ac:a:1 2");
    const second = words("-disposition:a:0 0 -disposition:a:1 default");
    await ffmpeg(kitchen, "-i", "base.mp4", ...wrong, ...sound({ seconds: 4 }), ...maps, ...second, name);
  },
  async "two-pictures.mkv"(kitchen, name) {
    await base(kitchen);
    const wrong = words("-f lavfi -i color=blue:s=160x90:r=25:d=4");
    const maps = words("-i base.mp4 -map 0 -map 1 -disposition:v:0 0 -disposition:v:1 default");
    await ffmpeg(kitchen, ...wrong, ...maps, ...H264, "-c:a", "copy", name);
  },
  "eight-channels.mp4": (kitchen, name) =>
    ffmpeg(kitchen, ...picture({ seconds: 4 }), ...sound({ seconds: 4 }), ...H264, ...AAC, "-ac", "8", name),
  "telephone.mkv": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ seconds: 4 }), ...sound({ seconds: 4, rate: 8_000 }), ...H264],
      ...[...words("-c:a pcm_mulaw -ac 1"), name],
    ),
} satisfies Record<string, Recipe>;
