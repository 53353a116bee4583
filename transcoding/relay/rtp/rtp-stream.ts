// One stream of one viewer: a sequence without gaps whatever it is made of, and what was sent, for packets that got lost.
//
// Packets are shared by all viewers. What is kept here of each is which one it was and how its header looked.

import { RTP_HEADER_BYTES, writeRtpHeader } from "./rtp-header.ts";

/** Three seconds of 300 packets a second. A power of two, so that 16 bits of sequence numbers wrap on it. */
export const KEPT_PACKETS = 1_024;
/** The same packet is not sent again sooner: a second request may be on its way when the first is answered. */
const AGAIN_MS = 25;
const [SEQUENCES, HALF] = [0x1_0000, 0x8000];
const ORIGINAL_NUMBER_BYTES = 2;

interface RtpStreamOptions {
  ssrc: number;
  /** Of the first packet, 16 bits. */
  sequence: number;
  /** Packets are kept, to be sent again. */
  keeps: boolean;
  /** Packets are sent again in a stream of their own (RFC 4588), by the payload type of each; null, or none for a payload type: as they were. */
  rtx: { ssrc: number; sequence: number; payloadTypes: ReadonlyMap<number, number> } | null;
}

interface PacketLook {
  payloadType: number;
  timestamp: number;
  /** The picture ends with it, or sound begins. */
  marker: boolean;
}

/** `packet`: to be sent now. `old`: of a group of pictures that is over, or not kept any more. `soon`: it was sent again just now. */
export type Resend = { packet: Uint8Array } | "old" | "soon";

export class RtpStream {
  #sequence: number;
  /** How many packets were sent, and payload bytes, for sender reports (RFC 3550 §6.4.1). */
  #sent = 0;
  #bytes = 0;
  #oldestUseful = 0;
  readonly #kept: KeptPackets | null;
  #rtxSequence: number;
  #rtxPacket: Buffer | null = null;

  constructor(private readonly options: RtpStreamOptions) {
    this.#sequence = options.sequence;
    this.#kept = options.keeps ? new KeptPackets() : null;
    this.#rtxSequence = options.rtx?.sequence ?? 0;
  }

  get ssrc() {
    return this.options.ssrc;
  }

  get sent() {
    return this.#sent;
  }

  get bytes() {
    return this.#bytes;
  }

  /** Writes the header of the stream's next packet over the room in front of `packet`. */
  stamp(packet: Buffer, { payloadType, timestamp, marker }: PacketLook) {
    const { ssrc } = this.options;
    const sequence = this.#sequence;
    writeRtpHeader(packet, { ssrc, payloadType, marker, sequence, timestamp });
    this.#kept?.set(sequence % KEPT_PACKETS, packet, timestamp);
    this.#sequence = (sequence + 1) % SEQUENCES;
    this.#sent++;
    this.#bytes += packet.length - RTP_HEADER_BYTES;
  }

  /** What was sent before is of no use to a decoder that has what comes next. */
  keyframeComes() {
    this.#oldestUseful = this.#sent;
  }

  /** Of the packet with this sequence number. Its bytes hold until the next call. */
  resend(sequence: number, nowMs: number): Resend {
    const behind = (this.#sequence - sequence + SEQUENCES) % SEQUENCES;
    // Not sent yet, or from before the numbers wrapped.
    if (behind === 0 || behind > HALF || behind > KEPT_PACKETS || behind > this.#sent - this.#oldestUseful)
      return "old";
    const kept = this.#kept;
    const place = sequence % KEPT_PACKETS;
    const packet = kept?.packets[place];
    if (!kept || !packet) return "old";
    if (nowMs - kept.resentMs[place]! < AGAIN_MS) return "soon";
    kept.resentMs[place] = nowMs;
    const look = kept.lookOf(place);
    const { ssrc, rtx } = this.options;
    const payloadType = rtx?.payloadTypes.get(look.payloadType);
    if (payloadType !== undefined) return { packet: this.#wrapped(packet, { ...look, payloadType }, sequence) };
    writeRtpHeader(packet, { ...look, ssrc, sequence });
    return { packet };
  }

  /** Drops what is kept. */
  forget() {
    this.#kept?.packets.fill(undefined);
  }

  /** RFC 4588 §4: the original sequence number comes before the payload. */
  #wrapped(packet: Buffer, look: PacketLook, sequence: number): Buffer {
    const bytes = packet.length + ORIGINAL_NUMBER_BYTES;
    if (!this.#rtxPacket || this.#rtxPacket.length < bytes)
      this.#rtxPacket = Buffer.allocUnsafe(Math.max(bytes, 1_500));
    const out = this.#rtxPacket.subarray(0, bytes);
    writeRtpHeader(out, { ...look, ssrc: this.options.rtx!.ssrc, sequence: this.#rtxSequence });
    this.#rtxSequence = (this.#rtxSequence + 1) % SEQUENCES;
    out.writeUInt16BE(sequence, RTP_HEADER_BYTES);
    out.set(packet.subarray(RTP_HEADER_BYTES), RTP_HEADER_BYTES + ORIGINAL_NUMBER_BYTES);
    return out;
  }
}

/** The newest packets, by their sequence numbers, as their headers were. */
class KeptPackets {
  readonly packets: (Buffer | undefined)[] = new Array(KEPT_PACKETS);
  readonly resentMs = new Float64Array(KEPT_PACKETS);
  readonly #timestamps = new Uint32Array(KEPT_PACKETS);
  /** Second bytes of the headers: marker and payload type. */
  readonly #seconds = new Uint8Array(KEPT_PACKETS);

  set(place: number, packet: Buffer, timestamp: number) {
    this.packets[place] = packet;
    this.#timestamps[place] = timestamp;
    this.#seconds[place] = packet[1]!;
    this.resentMs[place] = Number.NEGATIVE_INFINITY;
  }

  lookOf(place: number): PacketLook {
    const second = this.#seconds[place]!;
    return { marker: second >= 0x80, payloadType: second & 0x7f, timestamp: this.#timestamps[place]! };
  }
}
