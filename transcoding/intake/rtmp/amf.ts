// AMF 0 (Adobe, "Action Message Format, AMF 0"): the values of RTMP commands and of onMetaData.

import { isUtf8 } from "node:buffer";
import { u16, u32 } from "#runtime/fmp4/box.ts";
import { be32, concat } from "../../bytes.ts";
import { RtmpError } from "./message.ts";

/** Objects within objects. */
export const AMF_DEPTH_MAX = 8;
/** Values of one message, members included: a small message could claim 2^32 of them. */
export const AMF_VALUES_MAX = 1_000;

export type AmfValue =
  | null
  | number
  | boolean
  | string
  | Date
  | readonly AmfValue[]
  | { readonly [name: string]: AmfValue };

const TYPE = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  ecmaArray: 8,
  end: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
} as const;

/** All values of a message. Throws RtmpError for what is not AMF 0, or passes a limit. */
export function readAmf(bytes: Uint8Array): AmfValue[] {
  const reader = new AmfReader(bytes);
  const values: AmfValue[] = [];
  while (!reader.atEnd) values.push(reader.value(0));
  return values;
}

class AmfReader {
  #at = 0;
  #values = 0;
  readonly #view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get atEnd() {
    return this.#at >= this.bytes.length;
  }

  value(depth: number): AmfValue {
    if (depth > AMF_DEPTH_MAX) throw new RtmpError("AMF values are nested too deeply");
    if (++this.#values > AMF_VALUES_MAX) throw new RtmpError("too many AMF values in a message");
    const type = this.bytes[this.#skip(1)]!;
    if (type === TYPE.number) return this.#view.getFloat64(this.#skip(8));
    if (type === TYPE.boolean) return this.bytes[this.#skip(1)] !== 0;
    if (type === TYPE.string) return this.#text(u16(this.bytes, this.#skip(2)));
    if (type === TYPE.object) return this.#members(depth);
    if (type === TYPE.null || type === TYPE.undefined) return null;
    if (type === TYPE.ecmaArray) {
      this.#skip(4); // The count is a hint; an end marker follows.
      return this.#members(depth);
    }
    if (type === TYPE.strictArray) return this.#array(u32(this.bytes, this.#skip(4)), depth);
    if (type === TYPE.date) return new Date(this.#view.getFloat64(this.#skip(10)));
    if (type === TYPE.longString) return this.#text(u32(this.bytes, this.#skip(4)));
    throw new RtmpError(`AMF type ${type}`);
  }

  #array(length: number, depth: number): AmfValue[] {
    const values: AmfValue[] = [];
    for (let i = 0; i < length; i++) values.push(this.value(depth + 1));
    return values;
  }

  #members(depth: number): { [name: string]: AmfValue } {
    const members: { [name: string]: AmfValue } = Object.create(null);
    for (;;) {
      const name = this.#text(u16(this.bytes, this.#skip(2)));
      if (name === "" && this.bytes[this.#at] === TYPE.end) break;
      members[name] = this.value(depth + 1);
    }
    this.#skip(1);
    return members;
  }

  /** UTF-8, as AMF says; some encoders write Latin-1. */
  #text(length: number): string {
    const at = this.#skip(length);
    const text = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + at, length);
    return text.toString(isUtf8(text) ? "utf8" : "latin1");
  }

  /** Position of the next `count` bytes, which are then read. */
  #skip(count: number): number {
    const at = this.#at;
    if (at + count > this.bytes.length) throw new RtmpError("an AMF value is cut off");
    this.#at += count;
    return at;
  }
}

export function writeAmf(value: AmfValue): Uint8Array {
  if (typeof value === "number") {
    const out = new Uint8Array(9);
    new DataView(out.buffer).setFloat64(1, value);
    return out;
  }
  if (typeof value === "boolean") return Uint8Array.of(TYPE.boolean, value ? 1 : 0);
  if (typeof value === "string") return concat(Uint8Array.of(TYPE.string), lengthAndText(value));
  if (value === null || typeof value !== "object") return Uint8Array.of(TYPE.null);
  const members = Object.entries(value).flatMap(([name, member]) => [lengthAndText(name), writeAmf(member)]);
  return concat(Uint8Array.of(TYPE.object), ...members, Uint8Array.of(0, 0, TYPE.end));
}

/** Named values as an ECMA array, as encoders write onMetaData: some servers read no object there. */
export function writeEcmaArray(values: { readonly [name: string]: AmfValue }): Uint8Array {
  const members = Object.entries(values).flatMap(([name, member]) => [lengthAndText(name), writeAmf(member)]);
  const count = be32(Object.keys(values).length);
  return concat(Uint8Array.of(TYPE.ecmaArray), count, ...members, Uint8Array.of(0, 0, TYPE.end));
}

function lengthAndText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes);
}
