// The level of an H.264 stream: what a decoder must be able to do to play it (ITU-T H.264 table A-1).

/** `sizeMax` in macroblocks of 16 × 16, `rateMax` in macroblocks a second, `bitrateMax` in kbit/s of the main profile. */
const LEVELS = [
  { level: "1.1", rateMax: 3_000, sizeMax: 396, bitrateMax: 192 },
  { level: "1.2", rateMax: 6_000, sizeMax: 396, bitrateMax: 384 },
  { level: "1.3", rateMax: 11_880, sizeMax: 396, bitrateMax: 768 },
  { level: "2.1", rateMax: 19_800, sizeMax: 792, bitrateMax: 4_000 },
  { level: "3.0", rateMax: 40_500, sizeMax: 1_620, bitrateMax: 10_000 },
  { level: "3.1", rateMax: 108_000, sizeMax: 3_600, bitrateMax: 14_000 },
  { level: "3.2", rateMax: 216_000, sizeMax: 5_120, bitrateMax: 20_000 },
  { level: "4.0", rateMax: 245_760, sizeMax: 8_192, bitrateMax: 20_000 },
  { level: "4.2", rateMax: 522_240, sizeMax: 8_704, bitrateMax: 50_000 },
  { level: "5.0", rateMax: 589_824, sizeMax: 22_080, bitrateMax: 135_000 },
  { level: "5.1", rateMax: 983_040, sizeMax: 36_864, bitrateMax: 240_000 },
  { level: "5.2", rateMax: 2_073_600, sizeMax: 36_864, bitrateMax: 240_000 },
] as const;

interface Picture {
  width: number;
  height: number;
  fps: number;
  bitrateMaxKbps: number;
}

/** The lowest level that allows the stream, as FFmpeg's `-level` takes it; `5.2` when none does. */
export function h264Level({ width, height, fps, bitrateMaxKbps }: Picture): string {
  const [across, down] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const found = LEVELS.find(
    ({ rateMax, sizeMax, bitrateMax }) =>
      across * down <= sizeMax &&
      across * down * fps <= rateMax &&
      bitrateMaxKbps <= bitrateMax &&
      // §A.3.1: no side may be longer than √(8 × size).
      Math.max(across, down) <= Math.sqrt(8 * sizeMax),
  );
  return found?.level ?? "5.2";
}
