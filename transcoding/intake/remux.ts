// Messages of a source on the session's clock: finds its headers and keyframes, and begins a new init where a header has changed.
//
// A new header begins with a keyframe. Until then pictures of the new format are left out, and sound of the new format too: silence fills it.

import { sameBytes } from "../bytes.ts";
import { problems } from "../packager/attempt/problems.ts";
import type { Arrival, AudioArrival, VideoArrival } from "./arrival.ts";
import type { Kind } from "./clock-facts.ts";
import type { IntakeFacts } from "./facts.ts";
import { type AacConfig, sameSound } from "./flv/aac-config.ts";
import type { AvcConfig } from "./flv/avc-config.ts";
import { lookIntoPicture } from "./flv/nal-units.ts";
import { Muxing, type MuxingEvents } from "./muxing.ts";
import { SILENT_CONFIG } from "./silent-aac.ts";
import { sourceInit } from "./source.ts";

/** A source that changes its headers with each picture gets no more inits than this. */
export const INIT_EVERY_MS = 1_000;

type PictureTag = Extract<VideoArrival["tag"], { kind: "picture" }>;

interface RemuxOptions {
  events: MuxingEvents;
  facts: IntakeFacts;
  /** Session time of a tag. */
  stamp(kind: Kind, timestamp: number, arrivalMs: number): number;
}

export class Remux {
  /** The newest headers. */
  #video: AvcConfig | null = null;
  #audio: AacConfig | null = null;
  #muxing: Muxing | null = null;
  #initAtMs = Number.NEGATIVE_INFINITY;
  /** A header differs from the init. */
  #stale = false;

  constructor(private readonly options: RemuxOptions) {}

  get heldBytes() {
    return this.#muxing?.heldBytes ?? 0;
  }

  get soundKnown() {
    return this.#audio !== null;
  }

  take(arrival: Arrival) {
    if (arrival.kind === "video") this.#takeVideo(arrival);
    else this.#takeAudio(arrival);
  }

  /** Sends what waits for a picture. */
  flush() {
    this.#muxing?.flush();
  }

  #takeVideo(arrival: VideoArrival) {
    const { tag, arrivalMs } = arrival;
    const { facts } = this.options;
    if (tag.kind === "header") {
      this.#video = tag.config;
      this.#stale = this.#differs();
      facts.problemOver("no_codec_header", arrivalMs);
      facts.problemOver("unsupported_video_codec", arrivalMs);
    } else if (tag.kind === "picture") this.#takePicture(arrival, tag);
    else if (tag.kind === "badHeader") facts.problem(problems.noCodecHeader, arrivalMs);
    else if (tag.kind === "unsupported") facts.problem(problems.unsupportedVideo(tag.codec), arrivalMs);
    else if (tag.kind === "endOfSequence") facts.once({ fact: "endOfSequence" }, arrivalMs);
  }

  #takePicture({ timestamp, arrivalMs, body }: VideoArrival, tag: PictureTag) {
    const { facts, stamp } = this.options;
    if (!this.#video) return facts.problem(problems.noCodecHeader, arrivalMs);
    const { whole, idr, recoveryPictures } = lookIntoPicture(tag.data, this.#video.lengthBytes);
    if (!whole) return facts.damagedPicture(arrivalMs);
    const atMs = stamp("video", timestamp, arrivalMs);
    const openGop = tag.marked && recoveryPictures === 0;
    if (tag.marked || idr) facts.intraRefresh(!idr && !openGop, arrivalMs);
    if (tag.marked || idr) this.#renew(atMs, arrivalMs);
    const muxing = this.#muxing;
    if (!muxing || (this.#stale && !sameBytes(muxing.init.video.avcC, this.#video.avcC))) return;
    const { compositionMs, data, marked } = tag;
    muxing.picture({ atMs, compositionMs, key: idr || openGop, entry: idr || marked, data, body });
  }

  #takeAudio({ tag, timestamp, arrivalMs }: AudioArrival) {
    const { facts, stamp } = this.options;
    if (tag.kind === "header") {
      this.#audio = tag.config;
      this.#stale = this.#differs();
      facts.problemOver("unsupported_audio_codec", arrivalMs);
    } else if (tag.kind === "unsupported") facts.problem(problems.unsupportedAudio(tag.codec), arrivalMs);
    if (tag.kind !== "sound" || !this.#audio) return;
    const atMs = stamp("audio", timestamp, arrivalMs);
    const muxing = this.#muxing;
    if (muxing && sameSound(muxing.init.audio, this.#audio)) muxing.sound(atMs, tag.data);
  }

  /** At a keyframe: a new init where one is due. */
  #renew(atMs: number, nowMs: number) {
    const before = this.#muxing;
    if (before && (!this.#stale || atMs - this.#initAtMs < INIT_EVERY_MS)) return;
    before?.flush();
    const init = sourceInit(this.#video!, this.#audio ?? SILENT_CONFIG, { silent: !this.#audio });
    const place = { beforeMs: before?.soundEndMs ?? null, atMs };
    const { events, facts } = this.options;
    this.#initAtMs = atMs;
    this.#stale = false;
    if (before) {
      const video = !sameBytes(before.init.video.avcC, init.video.avcC);
      facts.once({ fact: "configChanged", video, audio: !sameSound(before.init.audio, init.audio) }, nowMs);
    }
    this.#muxing = new Muxing(init, place, events);
  }

  #differs(): boolean {
    const { video, audio } = this.#muxing?.init ?? {};
    if (!video || !audio) return false;
    const sameVideo = !this.#video || sameBytes(video.avcC, this.#video.avcC);
    return !sameVideo || (this.#audio !== null && !sameSound(audio, this.#audio));
  }
}
