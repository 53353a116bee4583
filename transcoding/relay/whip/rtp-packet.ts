// RTP packets as a publisher sends them (RFC 3550 §5.1). Everything in them is a stranger's.

import { u16, u32 } from "#runtime/fmp4/box.ts";

export interface RtpPacket {
  payloadType: number;
  marker: boolean;
  /** 16 bits. */
  sequence: number;
  /** 32 bits, in ticks of the stream's clock. */
  timestamp: number;
  ssrc: number;
  /** A view, without padding. May be empty. */
  payload: Uint8Array;
}

const HEADER_BYTES = 12;
const VERSION = 2;
/** What comes by DTLS fits into a datagram of a usual network. A larger one is nobody's media. */
export const PACKET_BYTES_MAX = 2_048;

/** RTP and RTCP share a port: RTCP is told by its type (RFC 5761 §4). */
export const isRtcp = (bytes: Uint8Array) => bytes.length >= 2 && bytes[1]! >= 192 && bytes[1]! <= 223;

/** Null for what is no RTP packet, or is larger than any. */
export function parseRtp(bytes: Uint8Array): RtpPacket | null {
  if (bytes.length < HEADER_BYTES || bytes.length > PACKET_BYTES_MAX || bytes[0]! >> 6 !== VERSION) return null;
  const [first, second] = [bytes[0]!, bytes[1]!];
  let from = HEADER_BYTES + 4 * (first & 15);
  if (first & 16) {
    if (from + 4 > bytes.length) return null;
    from += 4 + 4 * u16(bytes, from + 2);
  }
  // The padding's length is its last byte; one that is longer than the packet has ended servers.
  const padding = first & 32 ? bytes[bytes.length - 1]! : 0;
  const to = bytes.length - padding;
  if (from > to || (first & 32 && padding === 0)) return null;
  return {
    payloadType: second & 127,
    marker: (second & 128) !== 0,
    sequence: u16(bytes, 2),
    timestamp: u32(bytes, 4),
    ssrc: u32(bytes, 8),
    payload: bytes.subarray(from, to),
  };
}
