// The first picture of a watch page: plays what was fetched early, by the browser alone, until hls.js takes the element over.
//
//   EarlyMedia ─► init, parts ─► SourceBuffer ─► playing ─► handOver: hls.js goes on with the same element, MediaSource and SourceBuffer
//                                                        └► take: media by WebSocket do
//
// hls.js has no way to be told what a SourceBuffer holds, so it asks for the same parts again, which are there, and appends them again.
// To append them would take the pictures behind them out of the buffer (W3C MSE, "coded frame processing"), so that append does nothing.

import { after } from "../../clock.ts";
import { loadPreferences } from "../preferences.ts";
import { makeVideo } from "../video-element.ts";
import type { EarlyAnswer } from "./answer.ts";
import { beginningOf } from "./media-times.ts";

export interface EarlyPlan {
  /** RFC 6381. */
  codecs: string;
  init: Promise<EarlyAnswer | null>;
  /** The first is independent. */
  parts: Promise<EarlyAnswer | null>[];
  /** Beginning of the first part, and where to play from, on the timeline of hls.js: from the beginning of the first playlist. */
  beginsSeconds: number;
  playsFromSeconds: number;
}

export interface GivenPicture {
  mediaSource: MediaSource;
  playsFromSeconds: number;
}

/** Its `timestampOffset` places the media times of this broadcast. */
export interface TakenPicture {
  mediaSource: MediaSource;
  sourceBuffer: SourceBuffer;
}

/** On a network so slow that what was asked for takes longer, hls.js begins anew. */
const HAND_OVER_WITHIN_MS = 3_000;
/** An append that was made is known again by its length and its first bytes, in which the fragment's times stand. */
const KNOWN_BY_BYTES = 256;
/** The decoder needs a little more than the position itself. */
const AHEAD_SECONDS = 0.05;

export class EarlyPicture {
  readonly video: HTMLVideoElement;
  /** The browser did not allow sound. */
  isMuteForced = false;
  onMuteForced = () => {};
  /** Where it began to play; null: it has not. */
  playsFromSeconds: number | null = null;
  private readonly mediaSource = new MediaSource();
  private sourceBuffer: SourceBuffer | null = null;
  private appended: Uint8Array[] = [];
  /** Appends are made one after the other. */
  private queue: Promise<void> = Promise.resolve();
  private isOver = false;
  private wantedSeconds = 0;
  private readonly opened: Promise<void>;
  /** True once a picture is on the screen; false: there will be none. */
  readonly shown: Promise<boolean>;
  private answerShown = (_: boolean) => {};

  /** Null: the browser has no MediaSource, or one of another kind (iPhones), where hls.js begins. */
  static make(): EarlyPicture | null {
    return "MediaSource" in window && !("ManagedMediaSource" in window) ? new EarlyPicture() : null;
  }

  private constructor() {
    this.video = makeVideo();
    const { volume, muted } = loadPreferences();
    this.video.volume = volume;
    this.video.muted = muted;
    this.opened = new Promise((resolve) => {
      this.mediaSource.addEventListener("sourceopen", () => resolve(), { once: true });
    });
    this.shown = new Promise((resolve) => {
      this.answerShown = resolve;
    });
    this.video.src = URL.createObjectURL(this.mediaSource);
  }

  /** Nothing is on air, or nothing can be played: hls.js begins anew, and reports what is wrong. */
  giveUp() {
    this.isOver = true;
    this.answerShown(false);
  }

  /** Once. */
  begin(plan: EarlyPlan) {
    this.do(() => this.open(plan));
    for (const part of plan.parts) this.append(part);
  }

  append(part: Promise<EarlyAnswer | null>) {
    this.do(async () => {
      const answer = await part;
      if (this.isOver) return;
      if (!answer) throw new Error("a part is missing");
      await this.give(answer.bytes);
      this.play();
    });
  }

  /** What was given so far has been appended, or the picture is over. */
  settled(): Promise<void> {
    return this.queue;
  }

  /** No more is appended: what hls.js goes on with, once; null: nothing plays. */
  async handOver(): Promise<GivenPicture | null> {
    const settled = this.queue.then(() => true);
    const isSettled = await Promise.race([
      settled,
      new Promise<false>((late) => after(HAND_OVER_WITHIN_MS, () => late(false))),
    ]);
    const { mediaSource, sourceBuffer, playsFromSeconds } = this;
    const isUsable = isSettled && !this.isOver && mediaSource.readyState === "open";
    this.isOver = true;
    if (!isUsable || !sourceBuffer || playsFromSeconds === null) return null;
    passOver(sourceBuffer, this.appended);
    this.appended = [];
    mediaSource.addSourceBuffer = () => {
      Reflect.deleteProperty(mediaSource, "addSourceBuffer");
      return sourceBuffer;
    };
    return { mediaSource, playsFromSeconds };
  }

  /** As `handOver`, without waiting for media that are on their way. */
  async take(): Promise<TakenPicture | null> {
    const { mediaSource, sourceBuffer, playsFromSeconds } = this;
    const wasOver = this.isOver;
    this.giveUp();
    if (wasOver || !sourceBuffer || playsFromSeconds === null || mediaSource.readyState !== "open") return null;
    if (sourceBuffer.updating)
      await new Promise((done) => sourceBuffer.addEventListener("updateend", done, { once: true }));
    return { mediaSource, sourceBuffer };
  }

  private do(step: () => Promise<void>) {
    this.queue = this.queue.then(async () => {
      if (this.isOver) return;
      try {
        await step();
      } catch {
        this.giveUp();
      }
    });
  }

  private async open({ codecs, init, parts, beginsSeconds, playsFromSeconds }: EarlyPlan) {
    const [header, first] = await Promise.all([init, parts[0], this.opened]);
    const begins = header && first ? beginningOf(header.bytes, first.bytes) : null;
    if (!header || begins === null) throw new Error("no media");
    this.mediaSource.duration = Number.POSITIVE_INFINITY;
    this.sourceBuffer = this.mediaSource.addSourceBuffer(`video/mp4; codecs="${codecs}"`);
    this.sourceBuffer.timestampOffset = beginsSeconds - begins;
    this.wantedSeconds = playsFromSeconds;
    await this.give(header.bytes);
  }

  private give(bytes: ArrayBuffer): Promise<void> {
    const buffer = this.sourceBuffer!;
    this.appended.push(headOf(new Uint8Array(bytes)));
    return new Promise((resolve, reject) => {
      buffer.addEventListener("updateend", () => resolve(), { once: true });
      buffer.addEventListener("error", reject, { once: true });
      buffer.appendBuffer(bytes);
    });
  }

  /** Begins once there is media where it should begin. */
  private play() {
    const { buffered } = this.video;
    if (this.playsFromSeconds !== null || buffered.length === 0) return;
    const from = Math.max(buffered.start(0), this.wantedSeconds);
    if (buffered.end(0) < from + AHEAD_SECONDS) return;
    this.playsFromSeconds = from;
    this.video.currentTime = from;
    this.video.requestVideoFrameCallback(() => this.answerShown(true));
    void this.video.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || this.video.muted) return;
      this.isMuteForced = true;
      this.video.muted = true;
      this.onMuteForced();
      this.video.play().catch(() => {}); // A tap is needed: the engine says so.
    });
  }
}

/** Length, and the first bytes. */
function headOf(bytes: Uint8Array): Uint8Array {
  const head = new Uint8Array(4 + KNOWN_BY_BYTES);
  new DataView(head.buffer).setUint32(0, bytes.length);
  head.set(bytes.subarray(0, KNOWN_BY_BYTES), 4);
  return head;
}

/** To append what was appended already does nothing but report that it is done. */
function passOver(buffer: SourceBuffer, appended: Uint8Array[]) {
  const left = [...appended];
  buffer.appendBuffer = (data) => {
    const head = headOf(
      ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data),
    );
    const at = left.findIndex((known) => known.every((byte, index) => byte === head[index]));
    if (at < 0) return SourceBuffer.prototype.appendBuffer.call(buffer, data);
    left.splice(at, 1);
    if (left.length === 0) Reflect.deleteProperty(buffer, "appendBuffer");
    queueMicrotask(() => {
      buffer.dispatchEvent(new Event("updatestart"));
      buffer.dispatchEvent(new Event("updateend"));
    });
  };
}
