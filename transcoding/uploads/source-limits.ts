// What an upload may be, and what reading it may cost.

import type { SandboxLimits } from "#runtime/process/sandbox.ts";
import { DEMUXERS, type Demuxer } from "./sniff.ts";

/** Of one picture: 8K, 7680 × 4320. */
export const PIXELS_MAX = 33_177_600;
/** 36 hours with 60 pictures and 47 packets of sound a second. */
export const PACKETS_MAX = 14_000_000;
/** Pictures that are further apart are a hole. A slide show changes its picture more often. */
export const HOLE_MAX_S = 300;
/** More is a bomb: FFmpeg keeps buffers for each. */
const STREAMS_MAX = 64;
/** Bytes and time that are read for what the tracks are: sound that begins late is found. */
const PROBE_BYTES = 50_000_000;
const PROBE_US = 30_000_000;

/** ffprobe needs no more for what we accept, and a file that asks for more is refused. */
export const PROBE_LIMITS: SandboxLimits = {
  addressSpaceBytesMax: 1024 * 1024 * 1024,
  cpuMaxS: 60,
  fileBytesMax: 0,
};
/** Of wall time: on a busy machine everything else goes first. */
export const PROBE_WITHIN_MS = 600_000;
/** The whole file is read. */
export const scanWithinMs = (fileBytes: number) => PROBE_WITHIN_MS + (fileBytes / 1_000_000) * 1_000;

/** FFmpeg's options before any upload: our own file, by the demuxer that the bytes ask for, and no other. */
export const inputArgs = (demuxer: Demuxer): string[] => [
  ...["-protocol_whitelist", "file", "-format_whitelist", DEMUXERS.join(",")],
  ...["-max_streams", String(STREAMS_MAX), "-f", demuxer],
];
export const probeDepthArgs = ["-probesize", String(PROBE_BYTES), "-analyzeduration", String(PROBE_US)];

/** Name of the upload in its sandbox. */
export const INPUT = "in";
export const inputUrl = `file:${INPUT}`;
