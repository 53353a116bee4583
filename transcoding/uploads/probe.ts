// The tracks of an upload, as ffprobe's JSON tells them. Any number may be absent, and durations are not read: they lie.

import { type RefusalCode, refusal } from "./refusal.ts";
import type { Demuxer } from "./sniff.ts";
import { inputArgs, inputUrl, PIXELS_MAX, probeDepthArgs } from "./source-limits.ts";

export interface VideoTrack {
  index: number;
  codec: string;
  /** As stored. */
  width: number;
  height: number;
  /** Width of a pixel for a height of 1. */
  pixelAspect: number;
  /** A quarter turn on the way to the screen: sides are swapped. */
  turned: boolean;
  /** Pictures a second, by the two rates that FFmpeg tells; 0: not told. */
  averageFps: number;
  baseFps: number;
  interlaced: boolean;
  pixelFormat: string;
  /** As FFmpeg names them; empty: not told. */
  transfer: string;
  matrix: string;
  primaries: string;
  fullRange: boolean;
}

export interface AudioTrack {
  index: number;
  codec: string;
}

export interface Probe {
  video: VideoTrack;
  audio: AudioTrack | null;
  /** Where FFmpeg's zero is in the file's own time. */
  startS: number;
  /** As the header says it; null: not at all. Only for telling the uploader what is missing. */
  declaredS: number | null;
}

export const probeArgv = (ffprobePath: string, demuxer: Demuxer): string[] => [
  ...[ffprobePath, "-hide_banner", "-loglevel", "error", ...inputArgs(demuxer), ...probeDepthArgs],
  ...["-show_streams", "-show_format", "-of", "json", "-i", inputUrl],
];

/** Longer output is no description of tracks. */
export const PROBE_OUTPUT_LENGTH_MAX = 4_000_000;

type Fields = Record<string, unknown>;

/** Throws UploadRefused. */
export function readProbe(json: string): Probe {
  const { streams = [], format = {} } = parsed(json);
  const pictures = streams.filter((stream) => stream.codec_type === "video" && !isCover(stream));
  const sounds = streams.filter((stream) => stream.codec_type === "audio" && isKnown(stream));
  const video = preferred(pictures);
  if (!video) throw refusal(nothingToSee(streams));
  if (!isKnown(video)) throw refusal("unsupported");
  const audio = preferred(sounds);
  return {
    video: checkedSize(videoTrack(video)),
    audio: audio ? { index: number(audio.index) ?? 0, codec: String(audio.codec_name) } : null,
    startS: number(format.start_time) ?? 0,
    declaredS: number(format.duration),
  };
}

function parsed(json: string): { streams?: Fields[]; format?: Fields } {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function nothingToSee(streams: Fields[]): RefusalCode {
  return streams.some((stream) => stream.codec_type === "audio") ? "sound_only" : "not_a_video";
}

const dispositionOf = (stream: Fields) => (stream.disposition ?? {}) as Fields;
const isCover = (stream: Fields) =>
  dispositionOf(stream).attached_pic === 1 || dispositionOf(stream).timed_thumbnails === 1;
const isKnown = ({ codec_name: name }: Fields) => typeof name === "string" && name !== "none" && name !== "unknown";

/** The default track, else the first. */
const preferred = (streams: Fields[]) =>
  streams.find((stream) => dispositionOf(stream).default === 1) ?? streams[0] ?? null;

function videoTrack(stream: Fields): VideoTrack {
  const words = (name: string) => (typeof stream[name] === "string" && stream[name] !== "unknown" ? stream[name] : "");
  const rotation =
    sideData(stream)
      .map(({ rotation }) => number(rotation))
      .find((angle) => angle !== null) ?? 0;
  return {
    index: number(stream.index) ?? 0,
    codec: words("codec_name"),
    width: number(stream.width) ?? 0,
    height: number(stream.height) ?? 0,
    pixelAspect: pixelAspect(ratio(stream.sample_aspect_ratio, ":")),
    turned: Math.abs(Math.round(rotation / 90)) % 2 === 1,
    averageFps: ratio(stream.avg_frame_rate, "/"),
    baseFps: ratio(stream.r_frame_rate, "/"),
    interlaced: /^[tb]{2}$/.test(words("field_order")),
    pixelFormat: words("pix_fmt"),
    transfer: words("color_transfer"),
    matrix: words("color_space"),
    primaries: words("color_primaries"),
    fullRange: words("color_range") === "pc",
  };
}

const sideData = ({ side_data_list: list }: Fields): Fields[] => (Array.isArray(list) ? list : []);

function checkedSize(track: VideoTrack): VideoTrack {
  const { width, height } = track;
  if (width < 1 || height < 1) throw refusal("unreadable");
  if (width * height > PIXELS_MAX) throw refusal("picture_too_large", `The picture is too large (${width}x${height}).`);
  return track;
}

/** A pixel that is eight times as wide as high is a mistake of the file. */
const PIXEL_ASPECT_MAX = 8;
const pixelAspect = (aspect: number) => (aspect >= 1 / PIXEL_ASPECT_MAX && aspect <= PIXEL_ASPECT_MAX ? aspect : 1);

function number(value: unknown): number | null {
  const read = typeof value === "string" ? Number.parseFloat(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
}

/** `30000/1001`, `64:45`; 0: none. */
function ratio(value: unknown, sign: string): number {
  if (typeof value !== "string") return 0;
  const [above, below] = value.split(sign).map(Number);
  const quotient = above! / below!;
  return Number.isFinite(quotient) && quotient > 0 ? quotient : 0;
}
