// Opus as an Ogg stream (RFC 3533, RFC 7845): two headers, then a page for each packet, so that a reader has it at once.

import { be32, concat } from "../../bytes.ts";

const [BEGINS, GOES_ON] = [2, 0];
const SERIAL = 1;
const HEADER_BYTES = 27;
const CRC_AT = 22;
const LACE = 255;
const POLYNOMIAL = 0x04c11db7;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc >>> 0;
});

export class OggOpus {
  #sequence = 0;

  /** OpusHead and OpusTags: two channels, which a decoder makes of one too; nothing to be skipped. */
  headers(): Uint8Array {
    const text = (letters: string) => Buffer.from(letters, "latin1");
    const rate = Uint8Array.of(0x80, 0xbb, 0, 0); // 48 000, little-endian as all of Ogg.
    const head = concat(text("OpusHead"), Uint8Array.of(1, 2, 0, 0), rate, Uint8Array.of(0, 0, 0));
    const tags = concat(text("OpusTags"), new Uint8Array(4), new Uint8Array(4));
    return concat(this.#page(head, 0, BEGINS), this.#page(tags, 0, GOES_ON));
  }

  /** `endSamples`: where the packet ends, at 48 kHz. */
  packet(packet: Uint8Array, endSamples: number): Uint8Array {
    return this.#page(packet, endSamples, GOES_ON);
  }

  /** `packet`: less than 65 025 bytes. */
  #page(packet: Uint8Array, granule: number, flags: number): Uint8Array {
    const laces = Math.floor(packet.length / LACE) + 1;
    const page = new Uint8Array(HEADER_BYTES + laces + packet.length);
    page.set([0x4f, 0x67, 0x67, 0x53, 0, flags]); // "OggS"
    const view = new DataView(page.buffer);
    view.setBigUint64(6, BigInt(granule), true);
    view.setUint32(14, SERIAL, true);
    view.setUint32(18, this.#sequence++, true);
    page[26] = laces;
    page.fill(LACE, HEADER_BYTES, HEADER_BYTES + laces - 1);
    page[HEADER_BYTES + laces - 1] = packet.length % LACE;
    page.set(packet, HEADER_BYTES + laces);
    page.set(be32(crcOf(page)).reverse(), CRC_AT);
    return page;
  }
}

function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ CRC[(crc >>> 24) ^ byte]!) >>> 0;
  return crc;
}
