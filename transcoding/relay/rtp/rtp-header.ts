// The fixed header of an RTP packet (RFC 3550 §5.1): no contributing sources, no extension, no padding.

export const RTP_HEADER_BYTES = 12;
const VERSION_2 = 0x80;

export interface RtpHeader {
  payloadType: number;
  marker: boolean;
  /** 16 bits. */
  sequence: number;
  /** 32 bits. */
  timestamp: number;
  ssrc: number;
}

/** Over the first bytes of `packet`. */
export function writeRtpHeader(packet: Uint8Array, { payloadType, marker, sequence, timestamp, ssrc }: RtpHeader) {
  packet[0] = VERSION_2;
  packet[1] = marker ? payloadType | 0x80 : payloadType;
  packet[2] = sequence >>> 8;
  packet[3] = sequence;
  packet[4] = timestamp >>> 24;
  packet[5] = timestamp >>> 16;
  packet[6] = timestamp >>> 8;
  packet[7] = timestamp;
  packet[8] = ssrc >>> 24;
  packet[9] = ssrc >>> 16;
  packet[10] = ssrc >>> 8;
  packet[11] = ssrc;
}

/** A payload with room for the header in front. */
export function withHeaderRoom(payload: Uint8Array): Buffer {
  const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length);
  packet.set(payload, RTP_HEADER_BYTES);
  return packet;
}

/** The lower 32 bits of a count of ticks of any size. */
export const timestampOf = (ticks: number) => ticks - Math.floor(ticks / 2 ** 32) * 2 ** 32;
