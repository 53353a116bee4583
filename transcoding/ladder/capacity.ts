// What a ladder costs in processor cores, and what a node can afford.

import type { Encoder } from "./encoder.ts";
import type { LadderSource, Rung, X264Preset } from "./rungs.ts";
import { FPS_UNKNOWN } from "./rungs.ts";

// Cores for a million pixels a second, measured on one core of a shared server with FFmpeg 5.1 and a source of 1080p30 at 6 Mbit/s.
// Machines differ by a factor of 2 and more: EncoderRoom corrects by what it measures.
const DECODE = 0.004;
/** For each rung, of the source's pixels. */
const SCALE = 0.0016;
/** x264 with `veryfast`, of the rung's pixels. */
const ENCODE = 0.012;
const PRESET_FACTOR: Readonly<Record<X264Preset, number>> = {
  ...{ ultrafast: 0.45, superfast: 0.65, veryfast: 1, faster: 1.6, fast: 2.2, medium: 2.6 },
};
/** Of a hardware encoder: handing over the pictures. */
const HARDWARE_FACTOR = 0.1;
/** Copying sound. */
const AUDIO_CORES = 0.005;

/** The share of the machine that encoding may use unless the setting says otherwise; the rest is for the source, chat and the kernel. */
const SHARE_DEFAULT = 0.75;

interface LadderWork {
  source: LadderSource;
  rungs: readonly Rung[];
  encoder: Pick<Encoder, "name">;
}

/** Cores that a ladder is expected to use. */
export function ladderCores({ source, rungs, encoder }: LadderWork): number {
  const sourceRate = (source.width * source.height * (source.fps || FPS_UNKNOWN)) / 1e6;
  const videos = rungs.filter((rung) => rung.kind === "video");
  const decode = videos.length > 0 ? DECODE * sourceRate : 0;
  const encode = videos.map(({ width, height, fps, preset }) => {
    const factor = encoder.name === "software" ? PRESET_FACTOR[preset] : HARDWARE_FACTOR;
    return SCALE * sourceRate + (ENCODE * factor * width * height * fps) / 1e6;
  });
  return decode + sum(encode) + AUDIO_CORES * (rungs.length - videos.length);
}

/** A node's budget for encoding, in cores. `setting`: ENCODER_CORES; `machineCores`: of the machine, or of the container. */
export const encoderBudget = ({ setting, machineCores }: { setting: number; machineCores: number }) =>
  setting > 0 ? setting : machineCores * SHARE_DEFAULT;

/** Without its `count` lowest pictures; never without a needed one, and sound stays, as it costs nothing. */
export function withoutLowest(rungs: readonly Rung[], count: number): Rung[] {
  const lowest = rungs.filter((rung) => rung.kind === "video" && !rung.needed).toReversed();
  const gone = new Set(lowest.slice(0, count));
  return rungs.filter((rung) => !gone.has(rung));
}

/** The rungs that fit into `freeCores`: the lowest go first. When not even the highest fits alone, the highest that does.
 *  A needed rung stays whatever it costs. `correction`: cores measured for each core expected. */
export function afford(work: LadderWork & { freeCores: number; correction?: number }): Rung[] {
  const { rungs, freeCores, correction = 1 } = work;
  const fits = (some: readonly Rung[]) => ladderCores({ ...work, rungs: some }) * correction <= freeCores;
  const sheddable = rungs.filter((rung) => rung.kind === "video" && !rung.needed);
  for (let count = 0; count < sheddable.length; count++) {
    const left = withoutLowest(rungs, count);
    if (fits(left)) return left;
  }
  const always = withoutLowest(rungs, sheddable.length);
  const one = sheddable.find((rung) => fits([...always, rung]));
  return one ? rungs.filter((rung) => rung === one || always.includes(rung)) : always;
}

/** What a node publishes as its used slots, so that new channels go where encoders have room: the channels it runs, or the used share
 *  of its encoders, whichever is more. Full encoders alone leave one slot: a channel without rungs costs almost nothing. */
export function slotsInUse(node: { slots: number; channels: number; usedCores: number; budgetCores: number }): number {
  const { slots, channels, usedCores, budgetCores } = node;
  const encoding = budgetCores > 0 ? Math.ceil((slots * usedCores) / budgetCores) : 0;
  return Math.max(channels, Math.min(slots - 1, encoding), 0);
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
