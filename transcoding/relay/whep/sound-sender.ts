// The sound of one viewer: each packet of Opus as it comes.

import type { Random } from "#runtime/base/random.ts";
import type { RtcTrack } from "../engine.ts";
import { OPUS_TICKS, type SoundPacket } from "../legs/opus-leg.ts";
import { bytes, packets, unsent } from "../metrics.ts";
import { senderReport } from "../rtp/rtcp.ts";
import { RtpStream } from "../rtp/rtp-stream.ts";
import { SoundTimes } from "../rtp/sound-times.ts";
import { CNAME, SOUND_TICKS_PER_MS, type StreamTime } from "./stream-time.ts";

interface SoundSenderOptions {
  random: Pick<Random, "next">;
  track: RtcTrack;
  time: StreamTime;
  payloadType: number;
}

export class SoundSender {
  readonly #times: SoundTimes;
  readonly #stream: RtpStream;

  constructor(private readonly options: SoundSenderOptions) {
    const { random, track, time } = options;
    this.#times = new SoundTimes(time.base);
    this.#stream = new RtpStream({
      ssrc: track.ssrc,
      sequence: Math.floor(random.next() * 0x8000),
      keeps: false,
      rtx: null,
    });
  }

  get sent() {
    return this.#stream.sent;
  }

  /** Of payloads. */
  get bytes() {
    return this.#stream.bytes;
  }

  send({ packet, ticks }: SoundPacket) {
    const { payloadType, track } = this.options;
    const times = this.#times.next({ ticks, durationTicks: OPUS_TICKS });
    if (!times) return;
    const isFirst = this.sent === 0;
    this.#stream.stamp(packet, { payloadType, timestamp: times.timestamp, marker: times.isFirst });
    if (track.send(packet)) {
      packets.inc({ kind: "audio" });
      bytes.inc(packet.length);
    } else unsent.inc();
    if (isFirst) this.report();
  }

  report() {
    const { track, time } = this.options;
    const { wallMs } = time;
    const { ssrc, sent, bytes } = this.#stream;
    if (sent === 0) return;
    const timestamp = this.#times.timestampAt(wallMs * SOUND_TICKS_PER_MS);
    track.send(senderReport({ ssrc, wallMs, timestamp, packets: sent, bytes, cname: CNAME }));
  }
}
