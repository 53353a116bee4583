// For tests: what a publisher sends, packet by packet.

import { be32, concat } from "../../bytes.ts";
import { NAL } from "./depacketizer.ts";
import type { RtpPacket } from "./rtp-packet.ts";

/** Of FFmpeg's x264: 1280 × 720, Baseline; 1920 × 1080, High. */
export const SPS_720 = hex("6742c01fd9005005bb011000000300100000030300f1832480");
export const SPS_1080 = hex("67640028acd940780227e5c044000003000400000300f03c60c658");
export const PPS = hex("68cb8cb2");

/** A slice that begins with the first macroblock, and one that does not. */
export const slice = (type: number, length: number, fill = 7) =>
  concat(Uint8Array.of(0x60 | type, 0x88), new Uint8Array(Math.max(0, length - 2)).fill(fill));
export const furtherSlice = (type: number, length: number) =>
  concat(Uint8Array.of(0x60 | type, 0x40), new Uint8Array(Math.max(0, length - 2)).fill(9));
export const keyUnits = (sps = SPS_720, bytes = 3_000) => [sps, PPS, slice(NAL.idr, bytes)];

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** The payloads of one picture as RFC 6184 has them: small units together where `aggregates`, large ones in pieces. */
export function payloadsOf(units: readonly Uint8Array[], { size = 1_000, aggregates = true } = {}): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const flush = () => {
    if (small.length === 1) payloads.push(small[0]!);
    else if (small.length > 1)
      payloads.push(
        concat(
          Uint8Array.of(0x60 | NAL.stapA),
          ...small.flatMap((unit) => [Uint8Array.of(unit.length >> 8, unit.length & 255), unit]),
        ),
      );
    small = [];
  };
  for (const unit of units) {
    if (unit.length <= size / 4) {
      small.push(unit);
      if (!aggregates || small.length === 3) flush();
      continue;
    }
    flush();
    if (unit.length <= size) payloads.push(unit);
    else payloads.push(...pieces(unit, size));
  }
  flush();
  return payloads;
}

function pieces(unit: Uint8Array, size: number): Uint8Array[] {
  const [head, body] = [unit[0]!, unit.subarray(1)];
  const found: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const flags = (at === 0 ? 0x80 : 0) | (at + size >= body.length ? 0x40 : 0);
    found.push(concat(Uint8Array.of((head & 0xe0) | NAL.fuA, flags | (head & 31)), body.subarray(at, at + size)));
  }
  return found;
}

interface SentPacket extends Partial<Omit<RtpPacket, "payload">> {
  payload: Uint8Array;
}

/** The bytes of a packet. Defaults: payload type 96, the rest 0. */
export const rtpBytes = ({
  payloadType = 96,
  marker = false,
  sequence = 0,
  timestamp = 0,
  ssrc = 1,
  payload,
}: SentPacket) =>
  concat(
    Uint8Array.of(0x80, (marker ? 0x80 : 0) | payloadType, (sequence >> 8) & 255, sequence & 255),
    be32(timestamp >>> 0),
    be32(ssrc),
    payload,
  );

/** Packets of pictures in a row, as of one sender. */
export class TestSender {
  sequence: number;

  constructor(
    private readonly options: {
      payloadType: number;
      ssrc: number;
      sequence?: number;
      size?: number;
      aggregates?: boolean;
    },
  ) {
    this.sequence = options.sequence ?? 0;
  }

  picture(units: readonly Uint8Array[], timestamp: number): RtpPacket[] {
    const payloads = payloadsOf(units, this.options);
    return payloads.map((payload, i) => this.packet(payload, timestamp, i === payloads.length - 1));
  }

  packet(payload: Uint8Array, timestamp: number, marker = false): RtpPacket {
    const { payloadType, ssrc } = this.options;
    const sequence = this.sequence++ & 0xffff;
    return { payloadType, ssrc, sequence, timestamp: timestamp >>> 0, marker, payload };
  }
}

/** A sender report: at `ntpMs` of its clock, since 1900, the stream was at `timestamp`. */
export function senderReport(ssrc: number, ntpMs: number, timestamp: number): Uint8Array {
  const seconds = Math.floor(ntpMs / 1_000);
  const fraction = Math.round(((ntpMs % 1_000) / 1_000) * 2 ** 32);
  return concat(
    Uint8Array.of(0x80, 200, 0, 6),
    ...[ssrc, seconds, fraction, timestamp >>> 0, 1, 1_000].map((n) => be32(n >>> 0)),
  );
}
