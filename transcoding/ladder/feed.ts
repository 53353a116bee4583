// The session's tags as FLV on FFmpeg's standard input. FFmpeg may stand still: the source never waits for it.
//
//   waiting for a keyframe ──► feeding ──BEHIND_BYTES_MAX──► waiting for a keyframe
//
// FFmpeg is told where a rung needs a keyframe by the time of the picture: odd ms for a keyframe, even ms for all others. Presentation
// times are moved up to 1 ms later for this. No option of FFmpeg can be changed while it runs, and `-force_key_frames source` makes no
// keyframes where the source has none.

import type { ProcessInput } from "#runtime/process/process.ts";
import { flvHeader, flvTag } from "../intake/flv/flv-file.ts";
import { KeyframeMarks } from "./marks.ts";

/** What FFmpeg has not read: about 2 s of 16 Mbit/s. Beyond that it gets nothing until it has caught up and a keyframe comes. */
export const BEHIND_BYTES_MAX = 4 * 1024 * 1024;
const BEHIND_BYTES_OK = 1024 * 1024;
/** FFmpeg is given pictures without a keyframe when none has come for so long: with intra refresh there are none. At the start its
 *  decoder shows nothing until it has recovered; after a hole it would show broken pictures, so any rare keyframe is waited for. */
const KEYFRAME_WAIT_MS = { start: 3_000, hole: 11_000 };
/** Times in FLV have 32 bits of ms, of which FFmpeg takes the upper half as negative. */
export const FED_MS_MAX = 2 ** 31 - 60_000;

/** What the intake passes on: the body of an RTMP message or FLV tag, dated. */
export interface SessionTag {
  /** 8: sound, 9: picture. */
  type: 8 | 9;
  /** Decode time on the session's clock. */
  atMs: number;
  body: Uint8Array;
  /** An AVC or AAC header. */
  header: boolean;
  /** A picture with an IDR. */
  key: boolean;
}

/** The newest codec headers of a session, each a tag's body; null: none yet. */
export interface CodecHeaders {
  video: Uint8Array | null;
  audio: Uint8Array | null;
}

interface FeedOptions {
  input: ProcessInput;
  /** Of the session so far. */
  headers: CodecHeaders;
  /** Session time of FLV time 0, even. */
  originMs: number;
  /** The session has run longer than FLV can count. Called once; nothing is fed from then on. */
  onWorn(): void;
}

export class LadderFeed {
  readonly #headers: CodecHeaders;
  readonly #marks = new KeyframeMarks();
  #phase: "waiting" | "feeding" | "over" = "waiting";
  #begun = false;
  /** Presentation time of the first picture, or of the newest keyframe, that was not fed while waiting. */
  #waitedSinceMs: number | null = null;
  #newestMs: number | null = null;
  #firstMs: number | null = null;
  #skipped = 0;

  constructor(private readonly options: FeedOptions) {
    this.#headers = { ...options.headers };
  }

  /** Presentation time of the newest picture since the first one fed, also of one that FFmpeg did not get because it was behind. */
  get newestMs() {
    return this.#newestMs;
  }

  /** Presentation time of the first picture fed. */
  get firstMs() {
    return this.#firstMs;
  }

  /** Pictures that FFmpeg did not get because it was behind. */
  get skipped() {
    return this.#skipped;
  }

  /** The packager begins a segment at this presentation time; to be told before the picture's tag. */
  segmentBegins(ptsMs: number) {
    this.#marks.segmentBegins(ptsMs);
  }

  tag(tag: SessionTag) {
    if (this.#phase === "over") return;
    if (tag.header) return this.#header(tag);
    if (tag.atMs - this.options.originMs > FED_MS_MAX) return this.#wear();
    if (this.options.input.heldBytes > BEHIND_BYTES_MAX) this.#phase = "waiting";
    if (tag.type === 8) {
      if (this.#phase === "feeding") this.#write(tag);
    } else this.#picture(tag);
  }

  #header(tag: SessionTag) {
    this.#headers[tag.type === 9 ? "video" : "audio"] = tag.body;
    if (this.#begun) this.#write(tag);
  }

  #picture(tag: SessionTag) {
    // AVC packets that hold no picture: end of sequence, or nothing.
    if (tag.body.length <= COMPOSITION_AT + 3 || tag.body[1] !== 1) return;
    const ptsMs = Math.round(tag.atMs) + compositionMs(tag.body);
    if (this.#phase === "waiting" && !this.#resumes(tag, ptsMs)) {
      if (tag.key) this.#waitedSinceMs = ptsMs;
      this.#waitedSinceMs ??= ptsMs;
      if (this.#begun) this.#skip(ptsMs);
      return;
    }
    this.#waitedSinceMs = null;
    const mark = this.#marks.wants({ ptsMs, key: tag.key });
    const late = Math.abs(ptsMs % 2) === (mark ? 1 : 0) ? 0 : 1;
    this.#firstMs ??= ptsMs + late;
    this.#newestMs = Math.max(this.#newestMs ?? 0, ptsMs + late);
    this.#write(tag, late);
  }

  #skip(ptsMs: number) {
    this.#skipped++;
    this.#newestMs = Math.max(this.#newestMs ?? 0, ptsMs);
  }

  /** Whether the feed can begin, or go on, with this picture. */
  #resumes({ key, atMs }: SessionTag, ptsMs: number): boolean {
    const waitedMs = this.#waitedSinceMs === null ? 0 : ptsMs - this.#waitedSinceMs;
    if (!key && waitedMs < KEYFRAME_WAIT_MS[this.#begun ? "hole" : "start"]) return false;
    if (this.options.input.heldBytes > BEHIND_BYTES_OK || this.#headers.video === null) return false;
    if (!this.#begun) this.#begin(atMs);
    this.#phase = "feeding";
    return true;
  }

  #begin(atMs: number) {
    const { video, audio } = this.#headers;
    this.#begun = true;
    this.options.input.write(flvHeader({ video: true, audio: audio !== null }));
    if (video) this.#write({ type: 9, atMs, body: video });
    if (audio) this.#write({ type: 8, atMs, body: audio });
  }

  #write({ type, atMs, body }: Pick<SessionTag, "type" | "atMs" | "body">, lateMs = 0) {
    const bytes = flvTag(type, Math.round(atMs) - this.options.originMs, body);
    if (lateMs > 0) setComposition(bytes.subarray(bytes.length - body.length - 4), compositionMs(body) + lateMs);
    this.options.input.write(bytes);
  }

  #wear() {
    this.#phase = "over";
    this.options.onWorn();
  }

  /** FFmpeg gets no more, and ends when it has encoded what it has. */
  end() {
    this.#phase = "over";
    this.options.input.end();
  }
}

/** Presentation time minus decode time: 24 bits, signed, behind the codec and the type of the packet. */
const COMPOSITION_AT = 2;
const compositionMs = (body: Uint8Array) =>
  ((body[COMPOSITION_AT]! << 24) >> 8) | (body[COMPOSITION_AT + 1]! << 8) | body[COMPOSITION_AT + 2]!;

function setComposition(body: Uint8Array, ms: number) {
  body[COMPOSITION_AT] = ms >> 16;
  body[COMPOSITION_AT + 1] = ms >> 8;
  body[COMPOSITION_AT + 2] = ms;
}
