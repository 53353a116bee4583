// What a publisher is told while it sends: missing packets, keyframes, how well it is received, and how much it may send.

import type { Random } from "#runtime/base/random.ts";
import { BitrateEstimate } from "./bitrate.ts";
import { keyframeRequests } from "./metrics.ts";
import { type PictureFlow, VIDEO_TICKS_PER_MS } from "./picture-flow.ts";
import * as rtcp from "./rtcp.ts";
import type { RtpPacket } from "./rtp-packet.ts";
import type { SoundFlow } from "./sound-flow.ts";
import { Unrolled } from "./unrolled.ts";

const REPORT_EACH_MS = 1_000;

interface FeedbackOptions {
  pictures: PictureFlow;
  sound: SoundFlow | null;
  bitrateMax: number;
  peer: { send(rtcp: Uint8Array): void };
  random: Random;
}

export class Feedback {
  readonly #bitrate: BitrateEstimate;
  readonly #timestamps = new Unrolled(32);
  /** Our own name in RTCP. */
  readonly #self: number;
  #reportedMs = Number.NEGATIVE_INFINITY;
  #intraRequests = 0;

  constructor(private readonly options: FeedbackOptions) {
    this.#bitrate = new BitrateEstimate(options.bitrateMax);
    const [a, b, c, d] = options.random.bytes(4);
    this.#self = ((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0;
  }

  picturePacket({ timestamp }: RtpPacket, bytes: number, nowMs: number) {
    const delayMs = nowMs - this.#timestamps.take(timestamp) / VIDEO_TICKS_PER_MS;
    this.#bitrate.packet({ bytes, delayMs }, nowMs);
  }

  /** nginx takes pictures from now on. */
  begins(nowMs: number) {
    if (this.options.pictures.requests.now(nowMs)) this.#askForKeyframe();
  }

  /** Call it each few ms. */
  tick(nowMs: number) {
    const { pictures, sound } = this.options;
    sound?.stream.due(nowMs);
    const missing = pictures.stream.isWaiting ? pictures.stream.due(nowMs) : [];
    const { ssrc } = pictures.stream;
    if (missing.length > 0 && ssrc !== null) this.#send(rtcp.nack(this.#self, ssrc, missing));
    if (ssrc !== null && pictures.requests.due(nowMs)) this.#askForKeyframe();
    if (nowMs - this.#reportedMs >= REPORT_EACH_MS) this.#report(nowMs);
  }

  #askForKeyframe() {
    const { pictures } = this.options;
    const { ssrc } = pictures.stream;
    if (ssrc === null) return;
    keyframeRequests.inc();
    const ask = [rtcp.pictureLoss(this.#self, ssrc)];
    // Some encoders hear only the other request.
    if (pictures.requests.unheard > 1) ask.push(rtcp.fullIntraRequest(this.#self, ssrc, this.#intraRequests++));
    this.#send(...ask);
  }

  #report(nowMs: number) {
    this.#reportedMs = nowMs;
    const { pictures, sound, peer } = this.options;
    const [picture, heard] = [pictures.stream.block(nowMs), sound?.stream.block(nowMs) ?? null];
    if (!picture) return;
    this.#bitrate.look(picture.fractionLost, nowMs);
    const blocks = heard ? [picture, heard] : [picture];
    const most = rtcp.bitrateMax(this.#self, [picture.ssrc], this.#bitrate.bitsPerSecond);
    peer.send(Buffer.concat([rtcp.receiverReport(this.#self, blocks), most]));
  }

  #send(...parts: Uint8Array[]) {
    this.options.peer.send(Buffer.concat([rtcp.receiverReport(this.#self, []), ...parts]));
  }
}
