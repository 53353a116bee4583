// The payload types of a media section: what its lines `rtpmap`, `fmtp` and `rtcp-fb` say of each, wherever they stand (RFC 8866 §6.6, RFC 4585).

import { type Section, valuesOf } from "./description.ts";
import { malformed } from "./refused.ts";

export interface Payload {
  payloadType: number;
  /** In lower case, with clock rate and channels: `h264/90000`, `opus/48000/2`. */
  codec: string;
  /** Parameters by name, in lower case. */
  parameters: ReadonlyMap<string, string>;
  /** `nack`, `nack pli` … */
  feedback: string[];
}

const PAYLOAD_TYPE_MAX = 127;
/** RTP and RTCP share a port: these numbers are packets of RTCP (RFC 5761 §4). */
const isRtcp = (payloadType: number) => payloadType >= 64 && payloadType <= 95;
const RTPMAP = /^(\d{1,3}) +([A-Za-z0-9._-]{1,32}\/\d{1,7}(?:\/\d{1,2})?)$/;
const ABOUT_ONE = /^(\d{1,3}|\*) +(.+)$/;
/** One channel is the default (RFC 8866 §6.6). */
const ONE_CHANNEL = /\/1$/;

/** In the section's order; without those that have no `rtpmap`. Throws SdpRefusal `sdp_malformed`. */
export function payloadsOf(section: Section): Payload[] {
  const codecs = codecsOf(section);
  const parameters = linesAbout(section, "fmtp");
  const feedback = linesAbout(section, "rtcp-fb");
  return payloadTypesOf(section).flatMap((payloadType) => {
    const codec = codecs.get(payloadType);
    if (codec === undefined || isRtcp(payloadType)) return [];
    const about = (lines: Map<string, string[]>) => lines.get(String(payloadType)) ?? [];
    return {
      payloadType,
      codec,
      parameters: parametersIn(about(parameters)[0] ?? ""),
      feedback: [...about(feedback), ...(feedback.get("*") ?? [])],
    };
  });
}

function payloadTypesOf({ formats }: Section): number[] {
  const numbers = formats.map((format) => {
    const number = Number(format);
    if (!/^\d{1,3}$/.test(format) || number > PAYLOAD_TYPE_MAX) throw malformed("a payload type above 127");
    return number;
  });
  if (new Set(numbers).size < numbers.length) throw malformed("a payload type that is listed twice");
  return numbers;
}

function codecsOf(section: Section): Map<number, string> {
  const codecs = new Map<number, string>();
  for (const value of valuesOf(section, "rtpmap")) {
    const [, number, codec] = RTPMAP.exec(value) ?? [];
    if (number === undefined || codec === undefined) continue;
    if (codecs.has(Number(number))) throw malformed("a payload type with two codecs");
    codecs.set(Number(number), codec.toLowerCase().replace(ONE_CHANNEL, ""));
  }
  return codecs;
}

function linesAbout(section: Section, name: string): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const value of valuesOf(section, name)) {
    const [, payloadType, text] = ABOUT_ONE.exec(value) ?? [];
    if (payloadType === undefined || text === undefined) continue;
    const key = payloadType === "*" ? "*" : String(Number(payloadType));
    lines.set(key, [...(lines.get(key) ?? []), text.trim()]);
  }
  return lines;
}

/** `a=1; b=2`. The first one of a name counts. */
function parametersIn(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(";")) {
    const [name = "", ...value] = part.split("=");
    const key = name.trim().toLowerCase();
    if (key !== "" && !parameters.has(key)) parameters.set(key, value.join("=").trim().toLowerCase());
  }
  return parameters;
}
