import { expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { concat } from "../bytes.ts";
import { parseAsc } from "./flv/aac-config.ts";
import { aacBody, flvHeader, flvTag } from "./flv/flv-file.ts";
import { ffmpegOutput } from "./flv/testing.ts";
import { silentFrame } from "./silent-aac.ts";

test("the frames are those of ISO/IEC 14496-3, to the bit", () => {
  const hex = (configuration: number) =>
    Buffer.from(silentFrame({ ...parseAsc(Uint8Array.of(0x11, 0x90)), channelConfiguration: configuration })!).toString(
      "hex",
    );
  expect([hex(1), hex(2)]).toEqual(["00000007", "21000000001c"]);
});

test("FFmpeg decodes each layout, and frames of 960 samples, to digital silence of the right length", {
  timeout: patient(60_000),
}, async () => {
  // Mono, stereo, 3, 4, 5, 5.1 and 7.1 channels; stereo with 960 samples.
  for (const [asc, channels, samples] of [
    ...[1, 2, 3, 4, 5, 6, 7].map((n) => [[0x11, 0x80 | (n << 3)], n === 7 ? 8 : n, 1_024] as const),
    [[0x11, 0x94], 2, 960] as const,
  ]) {
    const config = parseAsc(Uint8Array.from(asc));
    const frame = silentFrame(config)!;
    const tags = Array.from({ length: 10 }, (_, i) =>
      flvTag(8, Math.round((i * samples) / 48), aacBody(frame, { header: false })),
    );
    const header = flvTag(8, 0, aacBody(config.asc, { header: true }));
    const flv = concat(flvHeader({ video: true, audio: true }), header, ...tags);
    flv[4] = 4; // Sound alone.
    const pcm = await ffmpegOutput(["-xerror", "-f", "flv", "-i", "pipe:0", "-f", "s16le", "pipe:1"], flv);
    expect([config.channels, pcm.length, pcm.every((byte) => byte === 0)]).toEqual([
      channels,
      10 * samples * channels * 2,
      true,
    ]);
  }
});
