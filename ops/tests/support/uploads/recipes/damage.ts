// Odd uploads that are damaged, or no video at all.

import { hugePicture } from "../film.ts";
import { AAC, ffmpeg, file, H264, type Kitchen, ordinary, picture, type Recipe, sound, words } from "../ingredients.ts";
import { beyondFourGigabytes, withNoise, withoutIndex } from "../mangled.ts";

const written =
  (text: string | Uint8Array): Recipe =>
  async (kitchen, name) => {
    await Bun.write(file(kitchen, name), text);
  };

async function shortened(kitchen: Kitchen, { from, to, share }: { from: string; to: string; share: number }) {
  const bytes = await Bun.file(file(kitchen, from)).bytes();
  await Bun.write(file(kitchen, to), bytes.subarray(0, bytes.length * share));
}

export const DAMAGE = {
  "index-last.mp4": (kitchen, name) => ordinary(kitchen, name, { seconds: 4 }),
  async "five-gigabytes.mp4"(kitchen, name) {
    await ordinary(kitchen, "base.mp4", { seconds: 4 });
    await beyondFourGigabytes(kitchen, { from: "base.mp4", to: name });
  },
  async "died.mp4"(kitchen, name) {
    await ordinary(kitchen, "base.mp4", { seconds: 4 });
    await withoutIndex(kitchen, { from: "base.mp4", to: name });
  },
  async "cut-off.mp4"(kitchen, name) {
    await ordinary(kitchen, "fast.mp4", { seconds: 6 }, "-movflags", "+faststart");
    await shortened(kitchen, { from: "fast.mp4", to: name, share: 0.6 });
  },
  async "cut-off.mkv"(kitchen, name) {
    await ordinary(kitchen, "whole.mkv", { seconds: 6 });
    await shortened(kitchen, { from: "whole.mkv", to: name, share: 0.6 });
  },
  async "without-index.avi"(kitchen, name) {
    const codecs = words("-vf format=yuvj420p -c:v mjpeg -q:v 9 -c:a pcm_u8 -ac 1");
    await ffmpeg(
      kitchen,
      ...[...picture({ width: 320, height: 240, fps: 15, seconds: 4 }), ...sound({ seconds: 4, rate: 11_025 })],
      ...[...codecs, "whole.avi"],
    );
    const bytes = Buffer.from(await Bun.file(file(kitchen, "whole.avi")).bytes());
    await Bun.write(file(kitchen, name), bytes.subarray(0, bytes.lastIndexOf("idx1")));
  },
  async "noisy.ts"(kitchen, name) {
    await ordinary(kitchen, "whole.ts", { seconds: 6 });
    await withNoise(kitchen, { from: "whole.ts", to: name });
  },
  async "locked.mp4"(kitchen, name) {
    const key = "00112233445566778899aabbccddeeff";
    const lock = words(`-encryption_scheme cenc-aes-ctr -encryption_key ${key} -encryption_kid ${key}`);
    await ffmpeg(kitchen, ...picture({ seconds: 2 }), ...sound({ seconds: 2 }), ...H264, ...AAC, ...lock, name);
  },
  "empty.mp4": written(""),
  "text.mp4": written("Dear all,\n\nthis is not a video.\n"),
  "list.mp4": written("ffconcat version 1.0\nfile in\n"),
  "session.mp4": written("v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"),
  "photo.mp4": (kitchen, name) =>
    ffmpeg(
      kitchen,
      ...[...picture({ fps: 1, seconds: 1 }), ...words("-frames:v 1 -f image2 -c:v mjpeg -pix_fmt yuvj420p"), name],
    ),
  "bomb.mov": (kitchen, name) => hugePicture(kitchen, name, 16_000),
} satisfies Record<string, Recipe>;
