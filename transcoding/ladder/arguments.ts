// FFmpeg's command line for a ladder: FLV on standard input, one fragmented MP4 for each rung.

import { deviceArgs, type Encoder, pictureFilter, videoArgs } from "./encoder.ts";
import type { Rung, VideoRung } from "./rungs.ts";

/** A fragment ends with the first picture or packet of sound beyond this share of a picture: each picture has a fragment of its own, so
 *  that parts can be cut at any picture (RFC 8216bis §4.4.3.7: 85 % of PART-TARGET). FFmpeg 5.1's `frag_every_frame` is broken. */
const FRAGMENT_SHARE = 0.95;
/** Of a source with few pictures: its sound does not wait for them. */
const FRAGMENT_US_MAX = 100_000;
/** Of the rung without picture: a packet of AAC has 21 ms. */
const SOUND_FRAGMENT_US = 15_000;
/** Pictures nearer to the last one than this share of the limit's distance are left out: between one and two pictures of the source. */
const SPACING_SHARE = 0.75;
/** Two pictures of the same time have no order. */
const SPACING_MIN_S = 0.001;

export interface RungOutput {
  rung: Rung;
  /** `unix:/path` */
  url: string;
}

interface ArgumentOptions {
  ffmpegPath: string;
  encoder: Encoder;
  outputs: readonly RungOutput[];
  /** Session time of FLV time 0. */
  originMs: number;
}

/** transcoding/ladder/README.md explains the flags. */
export function ladderArgv({ ffmpegPath, encoder, outputs, originMs }: ArgumentOptions): string[] {
  return [
    ...flvInputArgs({ ffmpegPath, encoder, originMs }),
    ...outputs.flatMap(({ rung, url }) => [
      ...(rung.kind === "video"
        ? ["-map", "0:v:0", "-map", "0:a:0?", ...pictureArgs(rung, encoder)]
        : ["-map", "0:a:0"]),
      ...["-c:a", "copy", "-f", "mp4"],
      ...["-movflags", "+empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer"],
      ...["-use_editlist", "0", "-avoid_negative_ts", "disabled", "-video_track_timescale", "90000"],
      ...["-frag_duration", String(fragmentUs(rung)), "-flush_packets", "1"],
      url,
    ]),
  ];
}

interface InputOptions extends Omit<ArgumentOptions, "outputs"> {
  /** How long FFmpeg may look at the input for streams that its header promises, µs of media. Default 2 s: sound may begin late. */
  analyzeUs?: number;
}

/** What comes before the outputs. */
export function flvInputArgs({ ffmpegPath, encoder, originMs, analyzeUs = 2_000_000 }: InputOptions): string[] {
  return [
    ...[ffmpegPath, "-hide_banner", "-nostdin", "-loglevel", "warning", ...deviceArgs(encoder)],
    ...["-analyzeduration", String(analyzeUs), "-fpsprobesize", "0"],
    // Each more thread of the decoder delays by one picture.
    ...["-threads", "1", "-copyts"],
    ...(originMs > 0 ? ["-itsoffset", (originMs / 1000).toFixed(3)] : []),
    ...["-f", "flv", "-i", "pipe:0"],
  ];
}

/** Of a picture that LadderFeed feeds. `filters`: bit stream filters behind our own. */
export function pictureArgs(rung: VideoRung, encoder: Encoder, filters: readonly string[] = []): string[] {
  const spacingS = rung.fpsMax === null ? SPACING_MIN_S : SPACING_SHARE / rung.fpsMax;
  // Marked pictures (odd ms, see feed.ts) always pass. Until one has passed, `prev_selected_t` is no number and nothing else does, so that
  // the first picture, to which `t` of force_key_frames is relative, is a marked one.
  const select = `select=mod(pts\\,2)+gte(t-prev_selected_t\\,${spacingS.toFixed(4)})`;
  return [
    ...["-vf", `${select},scale=${rung.width}:${rung.height},${pictureFilter(encoder)}`],
    ...videoArgs(encoder, rung),
    ...["-force_key_frames", "expr:not(mod(round(t*1000),2))"],
    // Times stay those of the session, to the ms.
    ...["-fps_mode", "passthrough", "-enc_time_base", "1:1000"],
    // Else the headers tell a rate that FFmpeg guesses from the first pictures: each run would have an init of its own.
    ...["-bsf:v", [`h264_metadata=tick_rate=${2 * Math.max(1, Math.round(rung.fps))}`, ...filters].join()],
  ];
}

const fragmentUs = (rung: Rung) =>
  rung.kind === "video"
    ? Math.min(FRAGMENT_US_MAX, Math.floor((1_000_000 / rung.fps) * FRAGMENT_SHARE))
    : SOUND_FRAGMENT_US;
