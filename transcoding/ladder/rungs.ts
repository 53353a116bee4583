// The rungs of a ladder: which renditions are encoded for a source, and how.

import type { X264_PRESETS } from "#runtime/config/ladder.ts";
import { h264Level } from "./h264-level.ts";

export type X264Preset = (typeof X264_PRESETS)[number];

/** A rung with picture and sound. */
export interface VideoRung {
  kind: "video";
  /** The name in playlist names and URIs: RENDITION of schema/wire/media.ts. */
  name: string;
  width: number;
  height: number;
  /** Average and peak of the picture. */
  bitrateKbps: number;
  bitrateMaxKbps: number;
  preset: X264Preset;
  /** `baseline`: constrained, for WebRTC. */
  profile: "baseline" | "main" | "high";
  /** H.264 level, as FFmpeg takes it: `3.1`. */
  level: string;
  /** Pictures a second; of a source whose rate is not known, FPS_UNKNOWN. */
  fps: number;
  /** Pictures beyond this rate are left out; null: all are encoded. */
  fpsMax: number | null;
  /** The rung stands for a source that browsers cannot play: without it there would be no picture, so it is never shed. */
  needed: boolean;
}

/** The source's sound alone. */
export interface AudioRung {
  kind: "audio";
  name: "audio";
}

export type Rung = VideoRung | AudioRung;

/** What the ladder must know of the source. */
export interface LadderSource {
  width: number;
  height: number;
  /** 0: not known. */
  fps: number;
  bitrateKbps?: number;
  /** False: browsers cannot play the source itself (4:4:4, 4:2:2, 10 bit, intra refresh without keyframes). */
  playable: boolean;
}

/** Highest first. Bitrates are those of 16:9 at up to 40 pictures a second. */
const NAMED = [
  { name: "1080p", side: 1080, bitrateKbps: 5_000, bitrateMaxKbps: 5_600 },
  { name: "720p", side: 720, bitrateKbps: 2_800, bitrateMaxKbps: 3_200 },
  { name: "480p", side: 480, bitrateKbps: 1_200, bitrateMaxKbps: 1_400 },
  { name: "360p", side: 360, bitrateKbps: 700, bitrateMaxKbps: 850 },
  { name: "160p", side: 160, bitrateKbps: 260, bitrateMaxKbps: 320 },
] as const;
const AUDIO = "audio";

export type RungName = (typeof NAMED)[number]["name"] | typeof AUDIO;

/** Highest first. */
export const RUNG_NAMES: readonly RungName[] = [...NAMED.map(({ name }) => name), AUDIO];

/** Assumed rate of a source that does not say its own. */
export const FPS_UNKNOWN = 30;
/** Rungs up to this side get at most this rate, larger ones FPS_MAX. A bit over 30 and 60, as 30.3 is no reason to halve. */
const SMALL_SIDE_MAX = 480;
const SMALL_FPS_MAX = 33;
const FPS_MAX = 66;
/** From this rate on a rung gets more bits. */
const FAST_FPS = 40;
const FAST_BITS = 1.4;
/** A rung takes at most this share of the source's bitrate: it has fewer pixels. */
const SOURCE_SHARE_MAX = 0.9;
const BITRATE_MIN_KBPS = 100;
const SIDE_MIN = 2;

interface Choice {
  source: LadderSource;
  /** Empty: nothing is encoded, even if browsers cannot play the source. */
  allowed: readonly RungName[];
  preset: X264Preset;
}

/** The rungs for a source, highest first, sound last. None is as large as the source, by the short side, so that portrait counts too.
 *  For a source that browsers cannot play, the first rung has the source's own size (1080p at most). */
export function chooseRungs({ source, allowed, preset }: Choice): Rung[] {
  if (allowed.length === 0) return [];
  const side = Math.min(source.width, source.height);
  if (side < SIDE_MIN) return [];
  const stand = source.playable ? null : Math.min(even(side), NAMED[0].side);
  const limit = stand ?? side;
  const named = NAMED.filter((rung) => allowed.includes(rung.name) && rung.side < limit);
  const rungs: Rung[] = named.map((rung) => videoRung(source, rung, preset));
  if (stand !== null) rungs.unshift({ ...videoRung(source, ownSize(stand), preset), needed: true });
  if (allowed.includes(AUDIO)) rungs.push({ kind: "audio", name: AUDIO });
  return rungs;
}

interface Grade {
  name: string;
  side: number;
  bitrateKbps: number;
  bitrateMaxKbps: number;
}

/** A rung of the source's own size, with bitrates between those of the named rungs. */
function ownSize(side: number): Grade {
  const above = NAMED.findLast((rung) => rung.side >= side) ?? NAMED[0];
  const share = (side / above.side) ** 1.5;
  return {
    name: `${side}p`,
    side,
    bitrateKbps: above.bitrateKbps * share,
    bitrateMaxKbps: above.bitrateMaxKbps * share,
  };
}

function videoRung(source: LadderSource, { name, side, ...bitrates }: Grade, preset: X264Preset): VideoRung {
  const size = scaled(source, side);
  const { fps, fpsMax } = rateOf(source.fps, side);
  // Fewer pixels need fewer bits, though not in proportion.
  const more = (pixels(size) / ((side * side * 16) / 9)) ** 0.75 * (fps > FAST_FPS ? FAST_BITS : 1);
  const limitKbps = source.bitrateKbps ? source.bitrateKbps * SOURCE_SHARE_MAX : Number.POSITIVE_INFINITY;
  const within = (kbps: number) => Math.max(BITRATE_MIN_KBPS, Math.round(Math.min(kbps * more, limitKbps) / 10) * 10);
  const [bitrateKbps, bitrateMaxKbps] = [within(bitrates.bitrateKbps), within(bitrates.bitrateMaxKbps)];
  const level = h264Level({ ...size, fps, bitrateMaxKbps });
  const profile = side > SMALL_SIDE_MAX ? "high" : "main";
  return {
    ...{ kind: "video", name, ...size, bitrateKbps, bitrateMaxKbps, preset, profile, level, fps, fpsMax },
    needed: false,
  };
}

/** Even sizes with the source's shape, since 4:2:0 has one colour for two pixels. */
function scaled({ width, height }: LadderSource, side: number) {
  const long = Math.max(SIDE_MIN, Math.round((side * Math.max(width, height)) / Math.min(width, height) / 2) * 2);
  return width < height ? { width: side, height: long } : { width: long, height: side };
}

/** A whole fraction of the source's rate, so that pictures stay evenly spaced. */
function rateOf(sourceFps: number, side: number): { fps: number; fpsMax: number | null } {
  const divisor = Math.ceil(sourceFps / (side <= SMALL_SIDE_MAX ? SMALL_FPS_MAX : FPS_MAX));
  if (sourceFps <= 0 || divisor <= 1) return { fps: sourceFps > 0 ? sourceFps : FPS_UNKNOWN, fpsMax: null };
  return { fps: sourceFps / divisor, fpsMax: sourceFps / divisor };
}

const even = (size: number) => Math.floor(size / 2) * 2;
const pixels = ({ width, height }: { width: number; height: number }) => width * height;
