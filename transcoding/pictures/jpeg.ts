// Pictures in a row of JPEGs: where each one ends, and its size (ISO/IEC 10918-1 annex B).

export interface Jpeg {
  bytes: Uint8Array;
  width: number;
  height: number;
}

const MARKER = 0xff;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Start of frame, of each kind; three of the codes are of other things. */
const isFrameHeader = (code: number) => code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;

/** The pictures, as views of `b`; null: these bytes are something else, or end within a picture. */
export function splitJpegs(b: Uint8Array): Jpeg[] | null {
  const found: Jpeg[] = [];
  for (let at = 0; at < b.length; ) {
    const jpeg = readJpeg(b, at);
    if (!jpeg) return null;
    found.push(jpeg);
    at += jpeg.bytes.length;
  }
  return found;
}

function readJpeg(b: Uint8Array, start: number): Jpeg | null {
  if (b[start] !== MARKER || b[start + 1] !== SOI) return null;
  let size: { width: number; height: number } | null = null;
  for (let at = start + 2; at + 4 <= b.length; ) {
    const code = b[at + 1]!;
    const length = u16(b, at + 2);
    if (b[at] !== MARKER || length < 2 || at + 2 + length > b.length) return null;
    if (isFrameHeader(code)) {
      if (length < 8) return null;
      size = { height: u16(b, at + 5), width: u16(b, at + 7) };
    }
    at += 2 + length;
    if (code !== SOS) continue;
    const end = endOfScans(b, at);
    return size && end > 0 ? { bytes: b.subarray(start, end), ...size } : null;
  }
  return null;
}

/** Behind the end marker, which no coded data can look like: there a 0 follows each 0xff. 0: it is missing. */
function endOfScans(b: Uint8Array, from: number): number {
  for (let at = b.indexOf(MARKER, from); at >= 0; at = b.indexOf(MARKER, at + 1)) if (b[at + 1] === EOI) return at + 2;
  return 0;
}

const u16 = (b: Uint8Array, at: number) => (b[at]! << 8) | b[at + 1]!;
