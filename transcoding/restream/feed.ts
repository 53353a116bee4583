// What a target gets of a source: metadata, headers, and the media from a keyframe on. A target may be slow: the source never waits for it.
//
//   waiting for a keyframe ──► feeding ──BEHIND_BYTES_MAX──► waiting for a keyframe

import type { AmfValue } from "../intake/rtmp/amf.ts";
import type { SourceInit, SourceTag } from "../intake/source.ts";

/** What the target has not read: about 4 s of 8 Mbit/s. Beyond that it gets nothing until it has caught up and a keyframe comes. */
export const BEHIND_BYTES_MAX = 4 * 1024 * 1024;
const BEHIND_BYTES_OK = 1024 * 1024;
/** Pictures are sent without a keyframe when none has come for so long: with intra refresh there may be none. */
const KEYFRAME_WAIT_MS = 11_000;
const [AVC, AAC] = [7, 10];

/** A connection that takes the stream. */
export interface FeedSink {
  /** Bytes that the target has not taken. */
  readonly heldBytes: number;
  metadata(values: { readonly [name: string]: AmfValue }): void;
  media(type: 8 | 9, atMs: number, body: Uint8Array): void;
}

interface FeedOptions {
  sink: FeedSink;
  /** The source's newest init. */
  init(): SourceInit;
  encoder: string;
}

export class TargetFeed {
  #feeding = false;
  /** Session time of the first picture: 0 for the target. Null: nothing was sent. */
  #originMs: number | null = null;
  /** Of the first picture that was left out while waiting. */
  #waitsSinceMs: number | null = null;
  #dropped = 0;

  constructor(private readonly options: FeedOptions) {}

  /** Pictures that the target did not get because it was behind. */
  get dropped() {
    return this.#dropped;
  }

  tag(tag: SourceTag) {
    const { sink } = this.options;
    if (tag.header) return this.#header(tag);
    if (this.#feeding && sink.heldBytes > BEHIND_BYTES_MAX) this.#feeding = false;
    if (!this.#feeding && !this.#resumes(tag)) return this.#leaveOut(tag);
    this.#waitsSinceMs = null;
    this.#send(tag);
  }

  #leaveOut({ type, atMs }: SourceTag) {
    if (type !== 9) return;
    this.#waitsSinceMs ??= atMs;
    if (this.#originMs !== null) this.#dropped++;
  }

  #resumes({ type, key, atMs }: SourceTag): boolean {
    if (type !== 9 || this.options.sink.heldBytes > BEHIND_BYTES_OK) return false;
    if (!key && atMs - (this.#waitsSinceMs ?? atMs) < KEYFRAME_WAIT_MS) return false;
    if (this.#originMs === null) this.#begin(atMs);
    this.#feeding = true;
    return true;
  }

  #begin(atMs: number) {
    this.#originMs = atMs;
    const { video, audio } = this.options.init().headers;
    this.#metadata();
    this.#send({ type: 9, atMs, body: video });
    this.#send({ type: 8, atMs, body: audio });
  }

  /** Changed headers are sent at once, also to a target that is behind: what it gets next is decoded with them. */
  #header(tag: SourceTag) {
    if (this.#originMs === null) return;
    if (tag.type === 9) this.#metadata();
    this.#send(tag);
  }

  #metadata() {
    const { video, audio } = this.options.init();
    this.options.sink.metadata({
      duration: 0,
      width: video.width,
      height: video.height,
      ...(video.fps !== null && { framerate: video.fps }),
      videocodecid: AVC,
      audiocodecid: AAC,
      audiosamplerate: audio.sampleRate,
      audiosamplesize: 16,
      audiochannels: audio.channels,
      stereo: audio.channels === 2,
      encoder: this.options.encoder,
    });
  }

  #send({ type, atMs, body }: Pick<SourceTag, "type" | "atMs" | "body">) {
    this.options.sink.media(type, Math.max(0, Math.round(atMs - this.#originMs!)), body);
  }
}
