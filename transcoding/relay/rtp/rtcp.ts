// RTCP of viewers (RFC 3550 §6.4, RFC 4585 §6, draft-alvestrand-rmcat-remb): what they lost, want again, and can take. And the sender
// reports by which they lay picture and sound together.

import { u16, u32 } from "#runtime/fmp4/box.ts";
import { u24 } from "../../bytes.ts";

/** What one block of a receiver report says of one of our streams. */
export interface ReceptionReport {
  ssrc: number;
  /** 0–1, since the report before. */
  fractionLost: number;
  /** Middle 32 bits of the NTP time of the last sender report that came; 0: none has. */
  lastReport: number;
  /** Since then, in 1/65 536 s. */
  sinceLastReport: number;
}

export interface RtcpFacts {
  reports: ReceptionReport[];
  /** Sequence numbers that are wanted again, by the stream's ssrc. */
  nacks: { ssrc: number; sequences: number[] }[];
  /** What the viewer believes the line carries, bits per second; null: nothing was said. */
  rembBps: number | null;
  /** The viewer asks for a keyframe. */
  wantsKeyframe: boolean;
}

/** Types of packets, and formats of feedback. */
export const TYPE = { senderReport: 200, receiverReport: 201, description: 202, transport: 205, payload: 206 } as const;
export const [NACK, PLI, FIR, APPLICATION] = [1, 1, 4, 15];
const REMB = 0x52454d42;
const REPORT_BYTES = 24;
/** Of one packet. Viewers ask for what a burst lost; more is nonsense. */
const SEQUENCES_MAX = 512;

/** A compound packet. What cannot be read is left out. Never throws. */
export function readRtcp(bytes: Uint8Array): RtcpFacts {
  const facts: RtcpFacts = { reports: [], nacks: [], rembBps: null, wantsKeyframe: false };
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 4 * (u16(bytes, at + 2) + 1);
    if (bytes[at]! >> 6 !== 2 || end > bytes.length) break;
    readBlock(bytes.subarray(at, end), facts);
    at = end;
  }
  return facts;
}

function readBlock(block: Uint8Array, facts: RtcpFacts) {
  const count = block[0]! & 31;
  const type = block[1]!;
  if (type === TYPE.receiverReport) readReports(block, { from: 8, count }, facts);
  else if (type === TYPE.senderReport) readReports(block, { from: 28, count }, facts);
  else if (type === TYPE.transport && count === NACK) readNack(block, facts);
  else if (type === TYPE.payload && (count === PLI || count === FIR)) facts.wantsKeyframe = true;
  else if (type === TYPE.payload && count === APPLICATION) readRemb(block, facts);
}

function readReports(block: Uint8Array, { from, count }: { from: number; count: number }, { reports }: RtcpFacts) {
  for (let i = 0, at = from; i < count && at + REPORT_BYTES <= block.length; i++, at += REPORT_BYTES)
    reports.push({
      ssrc: u32(block, at),
      fractionLost: block[at + 4]! / 256,
      lastReport: u32(block, at + 16),
      sinceLastReport: u32(block, at + 20),
    });
}

/** RFC 4585 §6.2.1: a sequence number, and 16 bits for those behind it. */
function readNack(block: Uint8Array, { nacks }: RtcpFacts) {
  if (block.length < 12) return;
  const sequences: number[] = [];
  for (let at = 12; at + 4 <= block.length && sequences.length < SEQUENCES_MAX; at += 4) {
    const [first, more] = [u16(block, at), u16(block, at + 2)];
    sequences.push(first);
    for (let bit = 0; bit < 16; bit++) if (more & (1 << bit)) sequences.push((first + bit + 1) & 0xffff);
  }
  nacks.push({ ssrc: u32(block, 8), sequences });
}

function readRemb(block: Uint8Array, facts: RtcpFacts) {
  if (block.length < 20 || u32(block, 12) !== REMB) return;
  const [exponent, mantissa] = [block[17]! >> 2, u24(block, 17) & 0x3ffff];
  facts.rembBps = mantissa * 2 ** exponent;
}

/** Round trip of a report, ms (RFC 3550 §6.4.1); null: it names no report of ours. `nowMs`: as the sender reports are dated. */
export function roundTripMs({ lastReport, sinceLastReport }: ReceptionReport, nowMs: number): number | null {
  if (lastReport === 0) return null;
  const units = (middleOf(nowMs) - lastReport - sinceLastReport) | 0;
  return units < 0 ? null : (units * 1_000) / 65_536;
}

const NTP_TO_UNIX_S = 2_208_988_800;
const middleOf = (wallMs: number) => {
  const [seconds, fraction] = ntpOf(wallMs);
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
};

function ntpOf(wallMs: number): [seconds: number, fraction: number] {
  const seconds = Math.floor(wallMs / 1_000);
  return [(seconds + NTP_TO_UNIX_S) >>> 0, Math.floor(((wallMs - seconds * 1_000) / 1_000) * 2 ** 32)];
}

interface SenderReport {
  ssrc: number;
  /** ms since 1970 of `timestamp`. */
  wallMs: number;
  timestamp: number;
  packets: number;
  bytes: number;
  /** The same for both streams of a viewer: by it they belong together (RFC 3550 §6.5.1). */
  cname: string;
}

export function senderReport({ ssrc, wallMs, timestamp, packets, bytes, cname }: SenderReport): Buffer {
  const name = Buffer.from(cname, "latin1");
  // The item ends with a zero byte at least, and the chunk on four bytes.
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
  const report = Buffer.alloc(28 + 4 + chunkBytes);
  const [seconds, fraction] = ntpOf(wallMs);
  report[0] = 0x80;
  report[1] = TYPE.senderReport;
  report.writeUInt16BE(6, 2);
  for (const [index, word] of [ssrc, seconds, fraction, timestamp, packets, bytes].entries())
    report.writeUInt32BE(word % 2 ** 32, 4 + 4 * index);
  report[28] = 0x81;
  report[29] = TYPE.description;
  report.writeUInt16BE(chunkBytes / 4, 30);
  report.writeUInt32BE(ssrc, 32);
  report[36] = 1;
  report[37] = name.length;
  report.set(name, 38);
  return report;
}
