// The AAC header of a session: an AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1).

import { Bits, HeaderError } from "./bits.ts";

export interface AacConfig {
  asc: Uint8Array;
  /** As the header begins: `mp4a.40.2`; `.5` with SBR said first, `.29` with PS. */
  codec: string;
  /** Hz, of the core: SBR doubles it in the player. */
  sampleRate: number;
  channels: number;
  /** The standard layout of that number; 0: a layout of its own. */
  channelConfiguration: number;
  /** Samples of the core in a frame: 1024, or 960. */
  frameSamples: number;
  /** Said in the header. SBR and PS may also be in the frames without a word here. */
  sbr: boolean;
  ps: boolean;
}

const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
const EXPLICIT_RATE = 15;
const [RATE_MIN, RATE_MAX] = [7_350, 96_000];
const [LOW_COMPLEXITY, SBR, PS, ESCAPE] = [2, 5, 29, 31];
const SBR_SYNC = 0x2b7;
const PS_SYNC = 0x548;
const HEADER_BYTES_MAX = 1_024;

/** Throws HeaderError for what is cut off, and for AAC that is not low complexity (with or without SBR and PS): browsers play no other. */
export function parseAsc(asc: Uint8Array): AacConfig {
  if (asc.length > HEADER_BYTES_MAX) throw new HeaderError("it is too long");
  const bits = new Bits(asc);
  const signalled = objectType(bits);
  const sampleRate = rate(bits);
  const channelConfiguration = bits.read(4);
  let core = signalled;
  if (signalled === SBR || signalled === PS) {
    rate(bits);
    core = objectType(bits);
  }
  if (core !== LOW_COMPLEXITY) throw new HeaderError(`AAC of object type ${core}`);
  const frameSamples = bits.flag() ? 960 : 1024;
  if (bits.flag()) bits.read(14);
  bits.read(1);
  const channels = channelConfiguration === 0 ? channelsOfProgram(bits) : CHANNELS[channelConfiguration];
  if (!channels) throw new HeaderError(`channel configuration ${channelConfiguration}`);
  const said = signalled === LOW_COMPLEXITY ? saidBehind(bits) : { sbr: true, ps: signalled === PS };
  const codec = `mp4a.40.${signalled}`;
  return { asc, codec, sampleRate, channels, channelConfiguration, frameSamples, ...said };
}

function objectType(bits: Bits): number {
  const type = bits.read(5);
  return type === ESCAPE ? 32 + bits.read(6) : type;
}

function rate(bits: Bits): number {
  const index = bits.read(4);
  const value = index === EXPLICIT_RATE ? bits.read(24) : RATES[index];
  if (!value || value < RATE_MIN || value > RATE_MAX) throw new HeaderError(`AAC of ${value ?? "no"} Hz`);
  return value;
}

/** Extensions are said behind the header too, where old readers do not see them. What is no extension is ignored. */
function saidBehind(bits: Bits): { sbr: boolean; ps: boolean } {
  const none = { sbr: false, ps: false };
  if (bits.left < 16 || bits.read(11) !== SBR_SYNC || bits.read(5) !== SBR || bits.left < 1) return none;
  if (!bits.flag()) return none;
  if (bits.left < 4 || (bits.read(4) === EXPLICIT_RATE && bits.left < 24)) return { sbr: true, ps: false };
  return { sbr: true, ps: bits.left >= 12 && bits.read(11) === PS_SYNC && bits.flag() };
}

/** program_config_element (§4.4.1.1), as far as its channels. */
function channelsOfProgram(bits: Bits): number {
  bits.read(4 + 2 + 4);
  const elements = bits.read(4) + bits.read(4) + bits.read(4);
  let channels = bits.read(2);
  const lfe = channels;
  bits.read(3 + 4);
  for (const mixdownBits of [4, 4, 3]) if (bits.flag()) bits.read(mixdownBits);
  for (let i = 0; i < elements; i++) {
    channels += bits.flag() ? 2 : 1;
    bits.read(4);
  }
  bits.read(4 * lfe);
  return channels;
}

/** Encoders write the same sound in two and in five bytes, and some say it again in another form. */
export const sameSound = (a: AacConfig, b: AacConfig) =>
  a.codec === b.codec &&
  a.sampleRate === b.sampleRate &&
  a.channels === b.channels &&
  a.channelConfiguration === b.channelConfiguration &&
  a.frameSamples === b.frameSamples &&
  a.sbr === b.sbr &&
  a.ps === b.ps;
