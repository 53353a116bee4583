// What is made of an upload: its tracks, length, rate and renditions. A pure function of what was measured.

import { chooseRungs, type RungName, type VideoRung, type X264Preset } from "../ladder/rungs.ts";
import type { Scan } from "./packet-scan.ts";
import type { Probe, VideoTrack } from "./probe.ts";
import { refusal } from "./refusal.ts";

export interface Rate {
  /** `30000/1001`: above and below. */
  above: number;
  below: number;
}

export interface PlannedRung extends VideoRung {
  /** Every so many-th picture of the plan's rate is shown. */
  every: number;
}

export interface Plan {
  video: VideoTrack;
  audioIndex: number | null;
  /** Picture and sound both have this length. */
  durationS: number;
  rate: Rate;
  /** Pictures from one keyframe to the next, at the plan's rate: the same moment in every rendition. */
  keyframePictures: number;
  /** The best first; at least one. All have the shape of the picture on the screen. */
  rungs: PlannedRung[];
}

export interface PlanOptions {
  preset: X264Preset;
  durationMaxS: number;
}

/** An upload is seen by nobody while it is encoded, so all of these are made, up to its own size. */
const ALLOWED: readonly RungName[] = ["1080p", "720p", "480p", "360p"];
/** Rates that players know, rising. */
const RATES: readonly Rate[] = [
  ...[10, 12, 15, 20].map((above) => ({ above, below: 1 })),
  { above: 24_000, below: 1_001 },
  ...[24, 25].map((above) => ({ above, below: 1 })),
  { above: 30_000, below: 1_001 },
  ...[30, 48, 50].map((above) => ({ above, below: 1 })),
  { above: 60_000, below: 1_001 },
  { above: 60, below: 1 },
];
/** Measured rates are not exact: within this share it is that of the table. */
const RATE_SHARE = 0.01;
const TOLD_SHARE = 0.2;
/** A base rate above the average by more than this says nothing: FFmpeg tells 90 000 for files without an even rate. */
const UNEVEN_MAX = 24;
/** About that; even, since rungs with every second picture need one too. */
const KEYFRAME_S = 2;
/** Below it there is not even one picture to show. */
const DURATION_MIN_S = 0.001;

export const fpsOf = ({ above, below }: Rate) => above / below;

/** Throws UploadRefused. */
export function planUpload({ video, audio }: Probe, scan: Scan, { preset, durationMaxS }: PlanOptions): Plan {
  const durationS = Math.max(scan.video.endS, scan.audio?.endS ?? 0);
  if (durationS < DURATION_MIN_S) throw refusal("unreadable");
  if (durationS > durationMaxS)
    throw refusal("too_long", `The video is too long: ${hours(durationS)}, and ${hours(durationMaxS)} are allowed.`);
  const rate = rateOf(video, scan);
  const fps = fpsOf(rate);
  const { width, height } = shownSize(video);
  // As of a source that browsers cannot play: the first rung has its own size.
  const rungs = chooseRungs({ source: { width, height, fps, playable: false }, allowed: ALLOWED, preset })
    .filter((rung) => rung.kind === "video")
    .map((rung) => ({ ...rung, every: Math.max(1, Math.round(fps / rung.fps)) }));
  if (rungs.length === 0) throw refusal("unsupported", `The picture is too small (${width}x${height}).`);
  return {
    ...{ video, audioIndex: scan.audio && audio ? audio.index : null, durationS, rate, rungs },
    keyframePictures: Math.max(2, Math.round((fps * KEYFRAME_S) / 2) * 2),
  };
}

/** In square pixels, upright. */
export function shownSize({ width, height, pixelAspect, turned }: VideoTrack): { width: number; height: number } {
  const shown = { width: Math.max(1, Math.round(width * pixelAspect)), height };
  return turned ? { width: shown.height, height: shown.width } : shown;
}

/** As many pictures as the densest part of the video has, between our lowest and highest rate. */
function rateOf(video: VideoTrack, { video: { packets, startS, endS } }: Scan): Rate {
  const counted = packets > 1 && endS > startS ? packets / (endS - startS) : video.averageFps;
  // What is told is more exact, where it is not far off.
  const measured = Math.abs(video.averageFps / counted - 1) < TOLD_SHARE ? video.averageFps : counted;
  // The base rate of fields is twice that of pictures.
  const uneven = !video.interlaced && video.baseFps > measured && video.baseFps <= measured * UNEVEN_MAX;
  const wanted = uneven ? video.baseFps : measured;
  const off = (rate: Rate) => Math.abs(fpsOf(rate) / wanted - 1);
  const nearest = RATES.reduce((best, rate) => (off(rate) < off(best) ? rate : best));
  if (off(nearest) <= RATE_SHARE) return nearest;
  return RATES.find((rate) => fpsOf(rate) >= wanted) ?? RATES.at(-1)!;
}

const hours = (s: number) => (s < 7_200 ? `${Math.round(s / 60)} minutes` : `${(s / 3_600).toFixed(1)} hours`);
