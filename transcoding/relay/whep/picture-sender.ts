// The pictures of one viewer: from the newest keyframe on, then each as it comes; another rendition from one of its keyframes on. One sequence
// of packets and rising timestamps over all of it.
//
//   waiting for a keyframe ──► behind (paced) ──► up to date ──the line drops what is next──► waiting for a keyframe

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RtcTrack } from "../engine.ts";
import type { LineFormat, Picture, VideoLine } from "../live/video-line.ts";
import { bytes as bytesSent, packets as packetsSent, requests, unsent } from "../metrics.ts";
import { PictureTimes } from "../rtp/picture-times.ts";
import { senderReport } from "../rtp/rtcp.ts";
import { RtpStream } from "../rtp/rtp-stream.ts";
import { Pace } from "./pace.ts";
import { CNAME, type StreamTime, VIDEO_TICKS_PER_MS } from "./stream-time.ts";

/** So far behind the newest keyframe a viewer goes on with that one. */
const BEHIND_TICKS_MAX = 1_000 * VIDEO_TICKS_PER_MS;
/** Packets sent again, of those sent: more makes a full line fuller. */
const AGAIN_SHARE_MAX = 0.3;
const AGAIN_MIN = 60;

export interface PictureSenderOptions {
  clock: Clock;
  random: Pick<Random, "next">;
  track: RtcTrack;
  time: StreamTime;
  line: VideoLine;
  /** The payload type for pictures of that format; null: the viewer cannot take them. */
  payloadTypeOf(format: LineFormat): number | null;
  rtxPayloadTypes: ReadonlyMap<number, number>;
  /** The first packet is sent. */
  onFirst(): void;
  /** The line ends, or has pictures that the viewer cannot take. */
  onUnfit(why: "format" | "clock" | "withdrawn"): void;
}

export class PictureSender {
  #line: VideoLine;
  #stopReading: () => void;
  #payloadType: number | null;
  /** Index of the next picture; null: a keyframe from `#notBefore` on is waited for. */
  #cursor: number | null = null;
  #notBefore = 0;
  readonly #times: PictureTimes;
  readonly #stream: RtpStream;
  readonly #pace: Pace;
  #cancelPace: (() => void) | null = null;
  #stopped = false;
  #again = { ofSent: 0, packets: 0 };
  #newestTicks = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: PictureSenderOptions) {
    const { clock, random, track, time, line, rtxPayloadTypes } = options;
    const sequence = () => Math.floor(random.next() * 0x8000);
    const rtx =
      track.rtxSsrc === null ? null : { ssrc: track.rtxSsrc, sequence: sequence(), payloadTypes: rtxPayloadTypes };
    this.#stream = new RtpStream({ ssrc: track.ssrc, sequence: sequence(), keeps: true, rtx });
    this.#times = new PictureTimes(time.base);
    this.#pace = new Pace(clock.monoMs());
    this.#line = line;
    this.#payloadType = line.format && options.payloadTypeOf(line.format);
    this.#stopReading = this.#read(line);
    this.#pump();
  }

  get line() {
    return this.#line;
  }

  get sent() {
    return this.#stream.sent;
  }

  /** Time of the newest picture that was sent, on the stream's clock. */
  get newestTicks() {
    return this.#newestTicks;
  }

  /** Of payloads. */
  get bytes() {
    return this.#stream.bytes;
  }

  /** Another rendition from now on; its newest picture is a keyframe. */
  turnTo(line: VideoLine) {
    this.#stopReading();
    this.#line = line;
    this.#cursor = null;
    this.#notBefore = line.nextIndex - 1;
    this.#stopReading = this.#read(line);
    this.#payloadType = line.format && this.options.payloadTypeOf(line.format);
    this.#pump();
  }

  /** The viewer lacks these packets. */
  resend(sequences: readonly number[]) {
    const nowMs = this.options.clock.monoMs();
    for (const sequence of sequences) {
      if (this.#stopped) return;
      const outcome = this.#mayAgain ? this.#stream.resend(sequence, nowMs) : "much";
      requests.inc({ outcome: typeof outcome === "string" ? outcome : "sent" });
      if (typeof outcome === "string") continue;
      this.#again.packets++;
      this.#give(outcome.packet, "again");
    }
  }

  report() {
    const { track, time } = this.options;
    const { wallMs } = time;
    const timestamp = this.#times.timestampAt(wallMs * VIDEO_TICKS_PER_MS);
    const { ssrc, sent, bytes } = this.#stream;
    if (sent > 0) track.send(senderReport({ ssrc, wallMs, timestamp, packets: sent, bytes, cname: CNAME }));
    this.#again = { ofSent: sent, packets: 0 };
  }

  stop() {
    this.#stopped = true;
    this.#cancelPace?.();
    this.#stopReading();
    this.#stream.forget();
  }

  #read(line: VideoLine): () => void {
    return line.read({
      picture: () => this.#pump(),
      format: (format) => {
        const payloadType = this.options.payloadTypeOf(format);
        if (payloadType === null) return this.options.onUnfit("format");
        this.#payloadType = payloadType;
      },
      ended: () => this.options.onUnfit("withdrawn"),
    });
  }

  #pump() {
    const { clock } = this.options;
    while (!this.#stopped && this.#cancelPace === null) {
      const picture = this.#next();
      if (!picture) return;
      const waitMs = this.#pace.waitMs(clock.monoMs(), this.#line.bitsPerSecond);
      if (waitMs > 0) {
        this.#cancelPace = clock.timer(waitMs, () => {
          this.#cancelPace = null;
          this.#pump();
        });
        return;
      }
      this.#cursor!++;
      this.#send(picture);
    }
  }

  #next(): Picture | undefined {
    const line = this.#line;
    const key = line.newestKey;
    const current = this.#cursor === null ? undefined : line.at(this.#cursor);
    const isFarBehind =
      current !== undefined &&
      key !== null &&
      key > this.#cursor! &&
      line.at(key)!.ticks - current.ticks > BEHIND_TICKS_MAX;
    if (current && !isFarBehind) return current;
    if (this.#cursor !== null && this.#cursor >= line.nextIndex) return undefined;
    if (key === null || key < this.#notBefore) {
      this.#cursor = null;
      return undefined;
    }
    this.#cursor = key;
    this.#times.catchUp({ pictures: line.nextIndex - key, newestTicks: line.newest!.ticks });
    return line.at(key);
  }

  #send({ packets, key, ticks }: Picture) {
    const payloadType = this.#payloadType;
    if (payloadType === null) return;
    const timestamp = this.#times.next(ticks);
    if (timestamp === null) return this.options.onUnfit("clock");
    this.#newestTicks = ticks;
    if (key) this.#stream.keyframeComes();
    const isFirst = this.#stream.sent === 0;
    const last = packets.length - 1;
    let sentBytes = 0;
    for (let i = 0; i <= last; i++) {
      const packet = packets[i]!;
      this.#stream.stamp(packet, { payloadType, timestamp, marker: i === last });
      this.#give(packet, "video");
      sentBytes += packet.length;
    }
    this.#pace.take(sentBytes);
    if (!isFirst) return;
    this.options.onFirst();
    this.report();
  }

  #give(packet: Uint8Array, kind: "video" | "again") {
    if (!this.options.track.send(packet)) return unsent.inc();
    packetsSent.inc({ kind });
    bytesSent.inc(packet.length);
  }

  get #mayAgain() {
    const { ofSent, packets } = this.#again;
    return packets < Math.max(AGAIN_MIN, AGAIN_SHARE_MAX * (this.sent - ofSent));
  }
}
