// AMF0 values of RTMP commands (Adobe AMF 0, 2007): writes the few kinds that a publisher needs.

export type Amf = string | number | boolean | null | { [name: string]: Amf };

export function amf0(value: Amf): Buffer {
  if (value === null) return Buffer.from([5]);
  if (typeof value === "boolean") return Buffer.from([1, value ? 1 : 0]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === "string") return Buffer.concat([Buffer.from([2]), name(value)]);
  const fields = Object.entries(value).map(([key, field]) => Buffer.concat([name(key), amf0(field)]));
  return Buffer.concat([Buffer.from([3]), ...fields, Buffer.from([0, 0, 9])]);
}

function name(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}
