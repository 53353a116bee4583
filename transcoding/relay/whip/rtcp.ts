// RTCP: what a publisher says of its clocks, and what is said to it (RFC 3550 §6, RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb-03).

import { u16, u32 } from "#runtime/fmp4/box.ts";
import { be32, concat } from "../../bytes.ts";
import { APPLICATION, FIR, NACK, PLI, TYPE } from "../rtp/rtcp.ts";

/** At `ntpMs` of the sender's own clock a stream was at `timestamp`. */
export interface SenderReport {
  ssrc: number;
  /** Since 1900, ms. */
  ntpMs: number;
  /** The middle 32 bits of that time, which a receiver says back. */
  ntpMiddle: number;
  /** 32 bits. */
  timestamp: number;
}

/** What a receiver says of one stream. */
export interface ReceptionBlock {
  ssrc: number;
  /** Of 256 packets since the last report. */
  fractionLost: number;
  /** Since the beginning; 24 bits, signed. */
  lost: number;
  /** The highest sequence number, with its turns above 16 bits. */
  highest: number;
  /** In ticks of the stream's clock. */
  jitter: number;
  /** Of the last sender report; 0: none has come. */
  lastReport: number;
  /** Since it came, in 1/65 536 s. */
  sinceLastReport: number;
}

const VERSION = 0x80;
const SENDER_BYTES = 28;
const TICKS_PER_MS = 2 ** 32 / 1_000;
/** Packets in one compound. */
const PARTS_MAX = 32;
/** Blocks that fit into the five bits of their count. */
const BLOCKS_MAX = 31;
/** Numbers in one NACK: what is missing at one time is bounded, see packet-line.ts. */
const PAIRS_MAX = 64;

/** The sender reports of a compound packet. What cannot be read is left out. */
export function senderReports(bytes: Uint8Array): SenderReport[] {
  const reports: SenderReport[] = [];
  for (let at = 0, parts = 0; at + 4 <= bytes.length && parts < PARTS_MAX; parts++) {
    const length = 4 * (u16(bytes, at + 2) + 1);
    if (bytes[at]! >> 6 !== VERSION >> 6 || at + length > bytes.length) break;
    if (bytes[at + 1] === TYPE.senderReport && length >= SENDER_BYTES) reports.push(reportAt(bytes, at));
    at += length;
  }
  return reports;
}

function reportAt(bytes: Uint8Array, at: number): SenderReport {
  const [seconds, fraction] = [u32(bytes, at + 8), u32(bytes, at + 12)];
  return {
    ssrc: u32(bytes, at + 4),
    ntpMs: seconds * 1_000 + fraction / TICKS_PER_MS,
    ntpMiddle: (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0,
    timestamp: u32(bytes, at + 16),
  };
}

/** What each compound of ours begins with. */
export function receiverReport(from: number, blocks: readonly ReceptionBlock[]): Uint8Array {
  const told = blocks.slice(0, BLOCKS_MAX);
  return packet(TYPE.receiverReport, told.length, be32(from), ...told.map(blockBytes));
}

const blockBytes = (block: ReceptionBlock) =>
  concat(
    be32(block.ssrc),
    Uint8Array.of(block.fractionLost, ...signed24(block.lost)),
    be32(block.highest >>> 0),
    be32(Math.round(block.jitter) >>> 0),
    be32(block.lastReport),
    be32(block.sinceLastReport >>> 0),
  );

function signed24(n: number): number[] {
  const kept = Math.max(-(2 ** 23), Math.min(2 ** 23 - 1, n));
  return [(kept >> 16) & 255, (kept >> 8) & 255, kept & 255];
}

/** "These packets are missing." `sequences`: ascending but for a turn. */
export function nack(from: number, ssrc: number, sequences: readonly number[]): Uint8Array {
  const pairs: { first: number; more: number }[] = [];
  for (const sequence of sequences) {
    const last = pairs.at(-1);
    const beyond = last ? (sequence - last.first - 1) & 0xffff : 16;
    if (last && beyond < 16) last.more |= 1 << beyond;
    else pairs.push({ first: sequence, more: 0 });
  }
  const told = pairs.slice(0, PAIRS_MAX);
  const words = told.map(({ first, more }) => Uint8Array.of(first >> 8, first & 255, more >> 8, more & 255));
  return packet(TYPE.transport, NACK, be32(from), be32(ssrc), ...words);
}

/** "Pictures were lost": a keyframe, please. */
export const pictureLoss = (from: number, ssrc: number) => packet(TYPE.payload, PLI, be32(from), be32(ssrc));

/** The same for encoders that hear only this. `count`: another one for each request, 8 bits. */
export const fullIntraRequest = (from: number, ssrc: number, count: number) =>
  packet(TYPE.payload, FIR, be32(from), be32(0), be32(ssrc), Uint8Array.of(count & 255, 0, 0, 0));

/** "Send no more than this to me." */
export function bitrateMax(from: number, ssrcs: readonly number[], bitsPerSecond: number): Uint8Array {
  let exponent = 0;
  let mantissa = Math.max(0, Math.floor(bitsPerSecond));
  while (mantissa >= 2 ** 18) {
    mantissa = Math.floor(mantissa / 2);
    exponent++;
  }
  const value = [(exponent << 2) | (mantissa >> 16), (mantissa >> 8) & 255, mantissa & 255];
  const head = [0x52, 0x45, 0x4d, 0x42, ssrcs.length, ...value]; // "REMB"
  return packet(TYPE.payload, APPLICATION, be32(from), be32(0), Uint8Array.from(head), ...ssrcs.map(be32));
}

/** `body`: whole words of four bytes. */
function packet(type: number, count: number, ...body: Uint8Array[]): Uint8Array {
  const bytes = concat(...body);
  const words = bytes.length / 4;
  return concat(Uint8Array.of(VERSION | count, type, words >> 8, words & 255), bytes);
}
