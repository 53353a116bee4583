// One rendition of a channel as an edge pushes it: its pictures go to a line of packets, and pictures and sound as they are to whoever encodes
// them anew.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { readSamples, type StoredSample } from "#runtime/fmp4/samples.ts";
import type { LiveHead, LiveRecord, LiveRendition } from "#schema/wire/live-stream.ts";
import { sameBytes } from "../../bytes.ts";
import { VIDEO_CLOCK } from "../rtp/picture-times.ts";
import { accessUnit } from "./access-unit.ts";
import { isFormatError, type MediaFormat, parameterSets, readFormat } from "./codec-headers.ts";
import { type Dial, LiveClient } from "./live-client.ts";
import { Rejoin } from "./rejoin.ts";
import { Reorder } from "./reorder.ts";
import { type LineFormat, VideoLine } from "./video-line.ts";

/** A sample as fMP4 has it, and its times: media time in ms. */
export interface FedSample {
  kind: "video" | "audio";
  data: Uint8Array;
  decodeMs: number;
  /** Presentation minus decode time. */
  compositionMs: number;
  /** A picture from which everything can be decoded. */
  key: boolean;
}

/** `clockMs`: wall time of media time 0. */
export interface FedFormat {
  format: MediaFormat;
  clockMs: number;
}

export interface FeedEvents {
  renditions(renditions: LiveRendition[]): void;
  /** Before the first sample of it, and again after each loss of the connection. */
  begin(fed: FedFormat): void;
  sample(sample: FedSample): void;
  /** This rendition is not made any more, or not offered. Nothing comes after it. */
  withdrawn(): void;
  over(why: "ended" | "unreachable"): void;
}

interface FeedOptions {
  clock: Clock;
  dial: Dial;
  log: Pick<Log, "info" | "warn">;
  edges: readonly string[];
  firstEdge: number;
  channelId: string;
  rendition: string;
  events: FeedEvents;
}

/** Of the samples since the newest keyframe. More is not kept. */
const SAMPLES_BYTES_MAX = 16 * 1024 * 1024;

interface Current {
  head: LiveHead;
  init: Uint8Array;
  format: MediaFormat;
  sets: Uint8Array[];
}

export class RenditionFeed {
  readonly line: VideoLine;
  readonly #client: LiveClient;
  #current: Current | null = null;
  #reorder = new Reorder(0);
  readonly #rejoin = new Rejoin<StoredPicture>();
  #isOffered = false;
  #samples: FedSample[] = [];
  #sampleBytes = 0;

  constructor(private readonly options: FeedOptions) {
    this.line = new VideoLine(options.rendition);
    this.#client = new LiveClient({
      ...options,
      events: {
        renditions: (renditions) => {
          this.#isOffered = renditions.some(({ name }) => name === options.rendition);
          options.events.renditions(renditions);
        },
        head: (head, init) => this.#begin(head, init),
        fragment: (fragment) => this.#fragment(fragment),
        over: (why) => options.events.over(why),
      },
    });
  }

  get fed(): FedFormat | null {
    return this.#current && { format: this.#current.format, clockMs: this.#current.head.clockMs };
  }

  /** The pictures since the newest keyframe, for an encoder that begins. */
  get samples(): readonly FedSample[] {
    return this.#samples;
  }

  stop() {
    this.#client.stop();
    this.#samples = [];
  }

  #begin(head: LiveHead, init: Uint8Array) {
    const before = this.#current;
    if (head.rendition !== this.options.rendition) {
      // We were too slow for it; another edge, or the same one again, may do.
      if (this.#isOffered) return this.#client.leave();
      this.stop();
      return this.options.events.withdrawn();
    }
    try {
      const format = readFormat(init);
      this.#current = { head, init, format, sets: format.video ? parameterSets(format.video.config) : [] };
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return this.#unreadable(reason(error));
    }
    this.#samples = [];
    this.options.events.begin(this.fed!);
    // One encoder, one clock: what was sent already need not be sent again, and what follows can be decoded.
    const isSame =
      before !== null &&
      sameBytes(before.init, init) &&
      before.head.clockMs === head.clockMs &&
      (before.head.epoch === head.epoch || head.rendition === "source");
    this.#rejoin.begin(isSame);
    this.#reorder.restart();
    if (!isSame) this.#beginLine(this.#current);
  }

  #unreadable(why: string) {
    this.#current = null;
    this.options.log.warn({ rendition: this.options.rendition, why }, "media cannot be read");
  }

  #beginLine({ format: { video } }: Current) {
    if (!video) return;
    const { config } = video;
    this.#reorder = new Reorder(config.reorderPictures);
    this.line.begin({
      profile: { idc: config.profile, constraints: config.constraints },
      ...{ width: config.width, height: config.height, reorders: this.#reorder.found },
      isPlain: config.chroma === 1 && config.bitDepth === 8 && !config.interlaced,
    });
  }

  #fragment({ bytes }: LiveRecord) {
    const current = this.#current;
    if (!current) return;
    let samples: StoredSample[];
    try {
      samples = readSamples(bytes, current.format.tracks);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return this.options.log.warn({ why: reason(error) }, "a fragment cannot be read");
    }
    for (const sample of samples) this.#sample(bytes, sample, current);
  }

  #sample(bytes: Uint8Array, sample: StoredSample, current: Current) {
    const { track, at, decodeTime, compositionOffset } = sample;
    const { video, audio } = current.format;
    const isVideo = track === video?.track;
    if (!isVideo && track !== audio?.track) return;
    const data = bytes.subarray(at, at + sample.bytes);
    const ms = (ticks: number) => (ticks * 1_000) / track.timescale;
    const times = { decodeMs: ms(decodeTime), compositionMs: ms(compositionOffset) };
    if (!isVideo) return this.options.events.sample({ kind: "audio", data, ...times, key: true });
    const unit = accessUnit(data, { lengthBytes: video!.config.lengthBytes, sets: current.sets });
    if (!unit) return;
    this.#keep({ kind: "video", data, ...times, key: unit.idr });
    const ticks = Math.round(((decodeTime + compositionOffset) * VIDEO_CLOCK) / track.timescale);
    this.#order(sample);
    for (const picture of this.#rejoin.take({ unit, ticks: ticks + current.head.clockMs * 90, key: unit.idr })) {
      if (picture === "anew") this.#beginLine(current);
      else this.line.push(picture.unit, picture.ticks);
    }
  }

  #keep(sample: FedSample) {
    if (sample.key || this.#sampleBytes > SAMPLES_BYTES_MAX) this.#samples = [];
    if (this.#samples.length === 0) this.#sampleBytes = 0;
    if (sample.key || this.#samples.length > 0) this.#samples.push(sample);
    this.#sampleBytes += sample.data.length;
    this.options.events.sample(sample);
  }

  #order({ decodeTime, compositionOffset }: StoredSample) {
    const before = this.#reorder.found;
    this.#reorder.take(decodeTime + compositionOffset);
    const format: LineFormat | null = this.line.format;
    if (format && before !== this.#reorder.found) this.line.setFormat({ ...format, reorders: this.#reorder.found });
  }
}

interface StoredPicture {
  unit: NonNullable<ReturnType<typeof accessUnit>>;
  ticks: number;
  key: boolean;
}
