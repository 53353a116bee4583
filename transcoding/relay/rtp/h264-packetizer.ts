// A picture of H.264 as RTP packets (RFC 6184, packetization mode 1): single units, STAP-A for small ones, FU-A for large ones.
//
// A packet has room for its header in front of the payload. All viewers share it: each one's header is written just before it is sent.

import { RTP_HEADER_BYTES } from "./rtp-header.ts";

/** The whole RTP packet, before SRTP adds its tag: with RTX, SRTP, UDP and IPv6 it stays below 1 280 bytes. */
export const PACKET_BYTES_MAX = 1_200;
const PAYLOAD_BYTES_MAX = PACKET_BYTES_MAX - RTP_HEADER_BYTES;

const [STAP_A, FU_A] = [24, 28];
const STAP_HEAD_BYTES = 1;
const STAP_LENGTH_BYTES = 2;
const FU_HEAD_BYTES = 2;
const [FU_BEGINS, FU_ENDS] = [0x80, 0x40];
const [FORBIDDEN, REFERENCE, TYPE] = [0x80, 0x60, 0x1f];

/** `units`: without start codes and lengths, in order. Units that are empty or damaged are left out. The last packet of the picture gets the
 *  marker (RFC 6184 §5.1). */
export function packetize(units: readonly Uint8Array[]): Buffer[] {
  const packets: Buffer[] = [];
  let small: Uint8Array[] = [];
  let smallBytes = STAP_HEAD_BYTES;
  const flush = () => {
    if (small.length > 0) packets.push(small.length === 1 ? single(small[0]!) : aggregated(small, smallBytes));
    small = [];
    smallBytes = STAP_HEAD_BYTES;
  };
  for (const unit of units) {
    if (unit.length === 0 || unit[0]! & FORBIDDEN) continue;
    const bytes = STAP_LENGTH_BYTES + unit.length;
    if (smallBytes + bytes > PAYLOAD_BYTES_MAX) flush();
    if (unit.length > PAYLOAD_BYTES_MAX) {
      fragment(unit, packets);
      continue;
    }
    // Too large for company, not too large to go alone.
    small.push(unit);
    smallBytes += bytes;
  }
  flush();
  return packets;
}

function single(unit: Uint8Array): Buffer {
  const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + unit.length);
  packet.set(unit, RTP_HEADER_BYTES);
  return packet;
}

/** §5.7.1: the most important unit gives the importance of the packet. */
function aggregated(units: readonly Uint8Array[], payloadBytes: number): Buffer {
  const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + payloadBytes);
  const importance = Math.max(...units.map((unit) => unit[0]! & REFERENCE));
  packet[RTP_HEADER_BYTES] = importance | STAP_A;
  let at = RTP_HEADER_BYTES + STAP_HEAD_BYTES;
  for (const unit of units) {
    packet.writeUInt16BE(unit.length, at);
    packet.set(unit, at + STAP_LENGTH_BYTES);
    at += STAP_LENGTH_BYTES + unit.length;
  }
  return packet;
}

/** §5.8: pieces of about the same size, so that a small rest does not cost a packet's headers for nothing. */
function fragment(unit: Uint8Array, packets: Buffer[]) {
  const head = unit[0]!;
  const body = unit.subarray(1);
  const count = Math.ceil(body.length / (PAYLOAD_BYTES_MAX - FU_HEAD_BYTES));
  const size = Math.ceil(body.length / count);
  for (let from = 0; from < body.length; from += size) {
    const piece = body.subarray(from, from + size);
    const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + FU_HEAD_BYTES + piece.length);
    packet[RTP_HEADER_BYTES] = (head & REFERENCE) | FU_A;
    const isLast = from + size >= body.length;
    packet[RTP_HEADER_BYTES + 1] = (from === 0 ? FU_BEGINS : 0) | (isLast ? FU_ENDS : 0) | (head & TYPE);
    packet.set(piece, RTP_HEADER_BYTES + FU_HEAD_BYTES);
    packets.push(packet);
  }
}
