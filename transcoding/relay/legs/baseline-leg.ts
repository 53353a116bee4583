// The picture of a channel as Constrained Baseline without B-frames, for viewers who can take no rendition as it is.

import type { ProcessInput } from "#runtime/process/process.ts";
import { be32, concat } from "../../bytes.ts";
import { flvInputArgs, pictureArgs } from "../../ladder/arguments.ts";
import type { Encoder } from "../../ladder/encoder.ts";
import { LadderFeed } from "../../ladder/feed.ts";
import { h264Level } from "../../ladder/h264-level.ts";
import { originFor } from "../../ladder/origin.ts";
import { chooseRungs, type VideoRung } from "../../ladder/rungs.ts";
import { accessUnitOfStream } from "../live/access-unit.ts";
import type { FedFormat, FedSample } from "../live/rendition-feed.ts";
import type { VideoLine } from "../live/video-line.ts";
import { VIDEO_CLOCK } from "../rtp/picture-times.ts";
import type { H264Profile } from "../sdp/offer.ts";
import type { EncoderFeed, EncodingPlan } from "./encoder-leg.ts";

/** As x264 writes it. */
export const CONSTRAINED_BASELINE: H264Profile = { idc: 66, constraints: 0xc0 };
/** Level 3.1, which every browser names, has no more. */
const SIDE_MAX = 720;
const FPS_MAX = 33;
const SOFTWARE: Encoder = { name: "software", vaapiDevice: "" };
const [KEY_PICTURE, PICTURE] = [0x17, 0x27];

/** Null: the rendition has no H.264. What comes out goes to `line`. */
export function baselinePlan(
  { format: { video }, clockMs }: FedFormat,
  { ffmpegPath, line }: { ffmpegPath: string; line: VideoLine },
): EncodingPlan | null {
  if (!video) return null;
  const { config } = video;
  const rung = baselineRung({ ...config, fps: config.fps ?? 0 });
  if (!rung) return null;
  return {
    key: `${clockMs} ${Buffer.from(config.avcC).toString("hex")}`,
    kind: "video",
    argv: (atMs) => baselineArgv(ffmpegPath, { rung, originMs: originFor(atMs) }),
    feed(input, atMs) {
      const { width, height } = rung;
      line.begin({ profile: CONSTRAINED_BASELINE, width, height, reorders: false, isPlain: true });
      return new PictureFeed(input, { avcC: config.avcC, originMs: originFor(atMs) });
    },
    take({ atS, data }) {
      const unit = accessUnitOfStream(data);
      if (unit) line.push(unit, Math.round(atS * VIDEO_CLOCK) + clockMs * (VIDEO_CLOCK / 1_000));
    },
  };
}

/** Null for a picture of no size. */
export function baselineRung({ width, height, fps }: { width: number; height: number; fps: number }): VideoRung | null {
  const divisor = Math.max(1, Math.ceil(fps / FPS_MAX));
  // As for a source that cannot be shown itself: a rung of its own size comes first.
  const source = { width, height, fps: fps / divisor, playable: false };
  const rungs = chooseRungs({ source, allowed: ["720p"], preset: "veryfast" });
  const fits = (rung: (typeof rungs)[number]): rung is VideoRung =>
    rung.kind === "video" && Math.min(rung.width, rung.height) <= SIDE_MAX;
  const rung = rungs.find(fits);
  if (!rung) return null;
  const shape = { ...rung, fpsMax: divisor > 1 ? rung.fps : null };
  return { ...shape, name: "baseline", profile: "baseline", level: h264Level(shape) };
}

export function baselineArgv(ffmpegPath: string, { rung, originMs }: { rung: VideoRung; originMs: number }): string[] {
  return [
    // There is nothing but the picture, whose header says all: the first pictures need not be waited for.
    ...flvInputArgs({ ffmpegPath, encoder: SOFTWARE, originMs, analyzeUs: 1 }),
    // NUT keeps the parameter sets in its header: each keyframe must bring them.
    ...["-map", "0:v:0", ...pictureArgs(rung, SOFTWARE, ["dump_extra=freq=keyframe"])],
    ...["-f", "nut", "-flush_packets", "1", "pipe:1"],
  ];
}

class PictureFeed implements EncoderFeed {
  readonly #feed: LadderFeed;
  #isWorn = false;
  #newestMs = Number.NEGATIVE_INFINITY;

  constructor(input: ProcessInput, { avcC, originMs }: { avcC: Uint8Array; originMs: number }) {
    this.#feed = new LadderFeed({
      input,
      headers: { video: concat(Uint8Array.of(KEY_PICTURE, 0, 0, 0, 0), avcC), audio: null },
      originMs,
      onWorn: () => {
        this.#isWorn = true;
      },
    });
  }

  get isWorn() {
    return this.#isWorn;
  }

  sample({ data, decodeMs, compositionMs, key }: FedSample) {
    // What was fed already comes again after a lost connection.
    if (decodeMs <= this.#newestMs) return;
    this.#newestMs = decodeMs;
    const head = Uint8Array.of(key ? KEY_PICTURE : PICTURE, 1);
    const composition = be32(Math.round(compositionMs)).subarray(1);
    const body = concat(head, composition, data);
    this.#feed.tag({ type: 9, atMs: decodeMs, body, header: false, key });
  }
}
