// FFmpeg's command line for an upload: one file in, one fragmented MP4 for each rendition out, all of exactly the same length.
//
//   picture ─ fields woven ─ fit into the largest rendition, square pixels ─ 8 bit bt709 ─ even rate ─ last picture held ─┬─ scaled ─ x264
//   sound ──── silence where there is none ── cut or filled to the picture's length ── stereo ── AAC                      └─ …

import type { Plan, PlannedRung } from "./plan.ts";
import { fpsOf } from "./plan.ts";
import type { VideoTrack } from "./probe.ts";
import type { Demuxer } from "./sniff.ts";
import { inputArgs, inputUrl, PIXELS_MAX, probeDepthArgs } from "./source-limits.ts";

/** Sound can lie half a minute before its picture in the file. */
const QUEUE_PACKETS = "4096";
const SOUND_RATE = 48_000;
const SOUND_KBPS = 128;
/** With the bits of `bitrateMaxKbps` as bound: an easy picture takes fewer. */
const QUALITY = "23";
/** Shapes that differ by less are one: sides are rounded to even ones. */
const SHAPE_SHARE = 0.02;
/** Untagged pictures of this height and more are bt709, smaller ones bt601. */
const HD_HEIGHT = 720;

export interface EncodeArguments {
  ffmpegPath: string;
  demuxer: Demuxer;
  plan: Plan;
  /** Of decoder and encoders. */
  threads: number;
  /** File of a rendition, below the program's folder. */
  fileOf(rung: string): string;
}

export function encodeArgv({ ffmpegPath, demuxer, plan, threads, fileOf }: EncodeArguments): string[] {
  return [
    ...[ffmpegPath, "-hide_banner", "-nostdin", "-y", "-loglevel", "error", "-nostats", "-progress", "pipe:1"],
    ...["-threads", String(threads), "-max_pixels", String(PIXELS_MAX), ...inputArgs(demuxer), ...probeDepthArgs],
    ...["-i", inputUrl, "-filter_complex_threads", String(threads), "-filter_complex", pictures(plan)],
    ...plan.rungs.flatMap((rung) => [
      ...["-map", `[${rung.name}]`, ...(plan.audioIndex === null ? [] : ["-map", `0:${plan.audioIndex}`])],
      ...["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", QUEUE_PACKETS],
      ...pictureArgs(plan, rung, threads),
      ...(plan.audioIndex === null ? [] : soundArgs(plan)),
      ...["-f", "mp4", "-movflags", "+empty_moov+default_base_moof+frag_keyframe+skip_trailer"],
      ...["-use_editlist", "0", "-avoid_negative_ts", "disabled", "-video_track_timescale", "90000"],
      `file:${fileOf(rung.name)}`,
    ]),
  ];
}

function pictureArgs({ rate, keyframePictures }: Plan, rung: PlannedRung, threads: number): string[] {
  const { preset, profile, level, bitrateMaxKbps, every } = rung;
  const distance = String(keyframePictures / every);
  return [
    // Each rendition counts its pictures by itself, also where the size of the source changes and filters begin anew.
    ...["-vsync", "cfr", "-r", `${rate.above}/${rate.below * every}`],
    ...["-c:v", "libx264", "-preset", preset, "-profile:v", profile, "-level", level, "-pix_fmt", "yuv420p"],
    ...["-threads:v", String(threads), "-g", distance, "-keyint_min", distance, "-sc_threshold", "0"],
    // With B-frames the first picture would be decoded before 0, or shown after the sound begins, as readers have it.
    ...["-bf", "0"],
    ...["-crf", QUALITY, "-maxrate", `${bitrateMaxKbps}k`, "-bufsize", `${2 * bitrateMaxKbps}k`],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
  ];
}

/** The encoder's first packet lies before the first sample, and holds none of it. */
function soundArgs({ durationS }: Plan): string[] {
  const length = seconds(durationS);
  return [
    ...["-af", `aresample=${SOUND_RATE}:async=1000:first_pts=0,apad=whole_dur=${length},atrim=end=${length}`],
    ...["-c:a", "aac", "-ac", "2", "-ar", String(SOUND_RATE), "-b:a", `${SOUND_KBPS}k`],
    ...["-bsf:a", "noise=drop=lt(pts\\,0)"],
  ];
}

function pictures(plan: Plan): string {
  const { video, rungs, rate, durationS } = plan;
  const [largest] = rungs;
  const fps = `${rate.above}/${rate.below}`;
  const chain = [
    ...(video.interlaced ? ["bwdif=mode=send_frame:deint=interlaced"] : []),
    ...(hasAlpha(video) ? ["format=gbrap", "premultiply=inplace=1"] : []),
    ...fitted(video, largest!),
    `fps=${fps}`,
    `tpad=stop_mode=clone:stop_duration=${seconds(durationS)}`,
    // In pictures, of which the clock counts each here. One that would be shown for less than half of its time is left out.
    `trim=end_pts=${Math.max(1, Math.round(durationS * fpsOf(rate)))}`,
  ].join(",");
  const ends = rungs.map(({ name }) => `[s${name}]`).join("");
  return [
    `[0:${video.index}]${chain},split=${rungs.length}${ends}`,
    ...rungs.map(({ name, width, height, every }) => {
      const thinned = every > 1 ? `framestep=${every},` : "";
      const scaled = width === largest!.width ? "null" : `scale=${width}:${height}:flags=bicubic,setsar=1`;
      return `[s${name}]${thinned}${scaled}[${name}]`;
    }),
  ].join(";");
}

/** Rotation has been applied by FFmpeg. What has another shape, as after a change in the middle, gets bars. */
function fitted(video: VideoTrack, { width, height }: PlannedRung): string[] {
  const same = `lt(abs(dar/${(width / height).toFixed(6)}-1),${SHAPE_SHARE})`;
  const size = [
    `w='if(${same},${width},trunc(min(${width},${height}*dar)/2)*2)'`,
    `h='if(${same},${height},trunc(min(${height},${width}/dar)/2)*2)'`,
  ].join(":");
  const bars = [`pad=${width}:${height}:-1:-1`, "setsar=1"];
  if (isHdr(video)) return [`scale=${size}:flags=bicubic`, ...toneMapped(video), ...bars];
  const matrix = video.matrix === "" && video.height >= HD_HEIGHT && !isRgb(video) ? ":in_color_matrix=bt709" : "";
  return [`scale=${size}:flags=bicubic${matrix}:out_color_matrix=bt709:out_range=tv`, "format=yuv420p", ...bars];
}

/** What is not told is what HDR mostly is. */
function toneMapped({ transfer, matrix, primaries, fullRange }: VideoTrack): string[] {
  const from = `tin=${transfer}:min=${ZSCALE_MATRIX[matrix] ?? "2020_ncl"}:pin=${ZSCALE_PRIMARIES[primaries] ?? "2020"}:rin=${fullRange ? "full" : "limited"}`;
  return [
    ...[`zscale=${from}:t=linear:npl=100`, "format=gbrpf32le", "zscale=p=709", "tonemap=hable:desat=0"],
    ...["zscale=t=709:m=709:r=limited", "format=yuv420p"],
  ];
}

const ZSCALE_MATRIX: Readonly<Record<string, string>> = { bt2020nc: "2020_ncl", bt2020c: "2020_cl", bt709: "709" };
const ZSCALE_PRIMARIES: Readonly<Record<string, string>> = { bt2020: "2020", bt709: "709", smpte432: "smpte432" };

const isHdr = ({ transfer }: VideoTrack) => transfer === "smpte2084" || transfer === "arib-std-b67";
const isRgb = ({ pixelFormat }: VideoTrack) => /^(?:rgb|bgr|gbr|argb|abgr|0|pal8)/.test(pixelFormat);
/** What is transparent becomes black, not what happens to be stored there. */
const hasAlpha = ({ pixelFormat }: VideoTrack) => /^(?:yuva|rgba|bgra|argb|abgr|gbrap|ya\d)/.test(pixelFormat);

const seconds = (s: number) => s.toFixed(6);
