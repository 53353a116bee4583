// One stream of a publisher: its packets in order, what is missing, and how it is received. A second sender of the same kind waits.

import type { Log } from "#runtime/base/log.ts";
import { u16 } from "#runtime/fmp4/box.ts";
import { type LineRules, PacketLine } from "./packet-line.ts";
import { Reception } from "./reception.ts";
import type { SenderReport } from "./rtcp.ts";
import type { RtpPacket } from "./rtp-packet.ts";

/** Another sender (a layer of a simulcast, a new track) is heard once the first has been silent for so long. */
const OTHER_AFTER_MS = 2_000;
const RTX_HEAD_BYTES = 2;

interface StreamOptions {
  payloadType: number;
  /** Of packets that are sent again in a stream of their own (RFC 4588); null: they come in this one. */
  rtxPayloadType: number | null;
  ticksPerMs: number;
  rules: LineRules;
  log: Log;
  /** In order, each once. */
  onPacket(packet: RtpPacket, isAfterHole: boolean): void;
}

export class IncomingStream {
  #line: PacketLine;
  #reception: Reception | null = null;
  #cameMs = Number.NEGATIVE_INFINITY;
  #before = { lost: 0, recovered: 0 };
  /** The packets that come are those of another sender than before. */
  #isOther = false;

  constructor(private readonly options: StreamOptions) {
    this.#line = this.#newLine();
  }

  /** Null: nothing has come. */
  get ssrc(): number | null {
    return this.#reception?.ssrc ?? null;
  }

  /** When something came last. */
  get cameMs() {
    return this.#cameMs;
  }

  get isWaiting() {
    return this.#line.isWaiting;
  }

  /** Packets that were given up, and packets that came because they were asked for. */
  get counts() {
    return {
      lost: this.#before.lost + this.#line.lost,
      recovered: this.#before.recovered + this.#line.recovered,
    };
  }

  /** False: it is not of this stream. */
  packet(packet: RtpPacket, nowMs: number): boolean {
    if (packet.payloadType === this.options.rtxPayloadType) return this.#again(packet, nowMs);
    if (packet.payloadType !== this.options.payloadType || !this.#isHeard(packet.ssrc, nowMs)) return false;
    this.#cameMs = nowMs;
    this.#reception?.packet(packet, nowMs);
    this.#line.push(packet, nowMs);
    return true;
  }

  /** The number that it was sent with at first stands before the payload. Without a payload it measures the line. */
  #again(packet: RtpPacket, nowMs: number): boolean {
    const { payload } = packet;
    const { payloadType } = this.options;
    if (this.ssrc !== null && payload.length > RTX_HEAD_BYTES)
      this.#line.push(
        {
          ...packet,
          payloadType,
          ssrc: this.ssrc,
          sequence: u16(payload, 0),
          payload: payload.subarray(RTX_HEAD_BYTES),
        },
        nowMs,
      );
    return true;
  }

  reported(report: SenderReport, nowMs: number): boolean {
    if (report.ssrc !== this.ssrc) return false;
    this.#reception?.reported(report, nowMs);
    return true;
  }

  /** See PacketLine. */
  due = (nowMs: number) => this.#line.due(nowMs);
  block = (nowMs: number) => this.#reception?.block(nowMs) ?? null;

  #isHeard(ssrc: number, nowMs: number): boolean {
    if (ssrc === this.ssrc) return true;
    if (nowMs - this.#cameMs < OTHER_AFTER_MS) return false;
    if (this.#reception) {
      this.options.log.info("a publisher sends another stream");
      this.#before = this.counts;
      this.#line = this.#newLine();
      this.#isOther = true;
    }
    this.#reception = new Reception(ssrc, this.options.ticksPerMs);
    return true;
  }

  #newLine() {
    return new PacketLine(this.options.rules, {
      packet: (packet, isAfterHole) => {
        const isFirst = this.#isOther;
        this.#isOther = false;
        this.options.onPacket(packet, isAfterHole || isFirst);
      },
    });
  }
}
