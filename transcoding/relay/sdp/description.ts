// A session description (RFC 8866) as lines: strict, and bounded before anything is kept of it. What a line means is read elsewhere.

import { OFFER_BYTES_MAX } from "#schema/wire/relay.ts";
import { malformed } from "./refused.ts";

/** The largest offer of a browser has 223 lines, the longest of them 150 characters. */
const LINES_MAX = 1_500;
const LINE_LENGTH_MAX = 4_096;
const SECTIONS_MAX = 8;
/** Of a section, or of the session. */
const ATTRIBUTES_MAX = 600;
const FORMATS_MAX = 128;

/** `a=name:value`; null: a flag without a value. */
export interface Attribute {
  name: string;
  value: string | null;
}

/** A line `m=` with its attributes. */
export interface Section {
  /** `video`, `audio`, `application` … */
  media: string;
  port: number;
  /** `UDP/TLS/RTP/SAVPF` … */
  protocol: string;
  formats: string[];
  attributes: Attribute[];
}

export interface Description {
  /** Of the line `o=`; empty: none. */
  origin: string;
  attributes: Attribute[];
  sections: Section[];
}

/** NUL cuts strings in C and C++; no other control character has a place in a line either. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
/** RFC 8866 §9; another letter has no meaning, so that the description is not one. */
const LINE = /^([vosiuepcbtrzkam])=(.*)$/;
const MEDIA = /^([a-z]{1,32}) (\d{1,5})(?:\/\d{1,5})? ([A-Za-z0-9/.-]{1,64}) ([!-~]{1,64}(?: [!-~]{1,64})*)$/;
const ATTRIBUTE = /^([!#-'*+\-.0-9A-Z^-~]{1,64})(?::(.*))?$/;
const PORT_MAX = 65_535;

/** Throws SdpRefusal `sdp_malformed`. */
export function readDescription(text: string): Description {
  const description: Description = { origin: "", attributes: [], sections: [] };
  for (const [type, value] of linesOf(text)) {
    const section = description.sections.at(-1);
    if (type === "o" && !section) description.origin = value;
    else if (type === "m") {
      if (description.sections.length >= SECTIONS_MAX) throw malformed(`more than ${SECTIONS_MAX} media sections`);
      description.sections.push(readMedia(value));
    } else if (type === "a") {
      const { attributes } = section ?? description;
      if (attributes.length >= ATTRIBUTES_MAX) throw malformed(`more than ${ATTRIBUTES_MAX} attributes in a row`);
      attributes.push(readAttribute(value));
    }
  }
  return description;
}

/** Type and value of each line; the first one is the version. Lines end with CRLF or LF. */
function linesOf(text: string): [string, string][] {
  if (text.length > OFFER_BYTES_MAX || Buffer.byteLength(text) > OFFER_BYTES_MAX)
    throw malformed(`more than ${OFFER_BYTES_MAX} bytes`);
  if (CONTROLS.test(text)) throw malformed("control characters");
  const lines = text.split("\n", LINES_MAX + 1).map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.length > LINES_MAX) throw malformed(`more than ${LINES_MAX} lines`);
  while (lines.at(-1) === "") lines.pop();
  const read = lines.map((line): [string, string] => {
    if (line.length > LINE_LENGTH_MAX) throw malformed(`a line of more than ${LINE_LENGTH_MAX} characters`);
    const [, type, value] = LINE.exec(line) ?? [];
    if (type === undefined || value === undefined) throw malformed("a line that is none of SDP");
    return [type, value];
  });
  const [version] = read;
  if (version?.[0] !== "v" || version[1] !== "0") throw malformed("it does not begin with v=0");
  return read;
}

function readMedia(value: string): Section {
  const [, media, port, protocol, formats] = MEDIA.exec(value.trimEnd()) ?? [];
  if (media === undefined || port === undefined || protocol === undefined || formats === undefined)
    throw malformed("a media line that cannot be read");
  if (Number(port) > PORT_MAX) throw malformed("a port above 65535");
  const listed = formats.split(" ");
  if (listed.length > FORMATS_MAX) throw malformed(`more than ${FORMATS_MAX} formats in a media section`);
  return { media, port: Number(port), protocol, formats: listed, attributes: [] };
}

function readAttribute(value: string): Attribute {
  const [, name, text = null] = ATTRIBUTE.exec(value) ?? [];
  if (name === undefined) throw malformed("an attribute without a name");
  return { name, value: text };
}

/** Of the first attribute of this name; null: there is none, or it has no value. */
export const firstValue = ({ attributes }: { attributes: readonly Attribute[] }, name: string): string | null =>
  attributes.find((one) => one.name === name)?.value?.trim() ?? null;

/** Of all attributes of this name. */
export const valuesOf = ({ attributes }: { attributes: readonly Attribute[] }, name: string): string[] =>
  attributes.flatMap((one) => (one.name === name && one.value !== null ? [one.value.trim()] : []));

export const hasAttribute = ({ attributes }: { attributes: readonly Attribute[] }, name: string): boolean =>
  attributes.some((one) => one.name === name);
