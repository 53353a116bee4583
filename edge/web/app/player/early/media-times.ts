// The decode times in fragmented MP4 (ISO/IEC 14496-12), as far as the first picture needs them.

type Bytes = ArrayBuffer | Uint8Array;

/** The earliest decode time of the tracks of a fragment, in seconds, as hls.js takes it for the beginning; null: there is none. */
export function beginningOf(init: Bytes, fragment: Bytes): number | null {
  const timescales = new Map<number, number>();
  for (const trak of children(children(whole(init), "moov")[0], "trak")) {
    const tkhd = children(trak, "tkhd")[0];
    const mdhd = children(children(trak, "mdia")[0], "mdhd")[0];
    // Version 1 has two dates of 64 bits before what is read here, version 0 of 32.
    if (tkhd && mdhd) timescales.set(u32(tkhd, isLong(tkhd) ? 20 : 12), u32(mdhd, isLong(mdhd) ? 20 : 12));
  }
  const times = children(children(whole(fragment), "moof")[0], "traf").flatMap((traf) => {
    const tfhd = children(traf, "tfhd")[0];
    const tfdt = children(traf, "tfdt")[0];
    const timescale = tfhd && timescales.get(u32(tfhd, 4));
    if (!tfdt || !timescale) return [];
    return [(isLong(tfdt) ? u32(tfdt, 4) * 2 ** 32 + u32(tfdt, 8) : u32(tfdt, 4)) / timescale];
  });
  return times.length > 0 ? Math.min(...times) : null;
}

const whole = (bytes: Bytes) =>
  ArrayBuffer.isView(bytes) ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new DataView(bytes);
const isLong = (box: DataView) => box.getUint8(0) === 1;
const u32 = (box: DataView, at: number) => box.getUint32(at);

/** The content of the boxes of this type. Boxes that are cut off are left out. */
function children(box: DataView | undefined, type: string): DataView[] {
  const found: DataView[] = [];
  if (!box) return found;
  for (let at = 0; at + 8 <= box.byteLength; ) {
    const size = box.getUint32(at);
    if (size < 8 || at + size > box.byteLength) break;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((offset) => box.getUint8(at + offset)));
    if (name === type) found.push(new DataView(box.buffer, box.byteOffset + at + 8, size - 8));
    at += size;
  }
  return found;
}
