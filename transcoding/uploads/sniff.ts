// What a file is, by its first bytes: neither its name nor its declared type is believed. FFmpeg is told the answer and may not guess.

import type { RefusalCode } from "./refusal.ts";

/** FFmpeg's demuxers that read uploads. None of them opens another file. */
export const DEMUXERS = ["mov", "matroska", "avi", "mpegts", "mpeg", "gif", "flv", "ogg", "asf"] as const;
export type Demuxer = (typeof DEMUXERS)[number];

export type Sniffed = { demuxer: Demuxer } | { refused: RefusalCode };

/** So many bytes suffice. */
export const SNIFFED_BYTES = 4_096;

const TS_PACKET_BYTES = [188, 192, 204] as const;
const TS_SYNC = 0x47;

/** `head`: the first bytes of the file, all of a shorter one. */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return { refused: "empty" };
  const demuxer = MAGICS.find(({ at, bytes }) => matches(head, at, bytes))?.demuxer ?? (isTs(head) ? "mpegts" : null);
  if (demuxer) return { demuxer };
  const box = text(head, 4, 8);
  if (box === "ftyp" && STILL_BRANDS.has(text(head, 8, 12))) return { refused: "still_picture" };
  if (FIRST_BOXES.has(box)) return { demuxer: "mov" };
  if (STILL.some((bytes) => matches(head, 0, bytes)) || webp(head)) return { refused: "still_picture" };
  if (SOUND.some((bytes) => matches(head, 0, bytes)) || wave(head) || isMpegSound(head))
    return { refused: "sound_only" };
  return { refused: writing(head) };
}

/** Boxes with which files of ISO/IEC 14496-12 and QuickTime begin. */
const FIRST_BOXES = new Set(["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp"]);
/** Of HEIF and AVIF (ISO/IEC 23008-12). Their sequences, `hevc` and `avis`, are videos. */
const STILL_BRANDS = new Set(["heic", "heix", "mif1", "avif"]);

const ascii = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0));
const MAGICS: readonly { demuxer: Demuxer; at: number; bytes: readonly number[] }[] = [
  { demuxer: "matroska", at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] },
  { demuxer: "avi", at: 8, bytes: ascii("AVI ") },
  { demuxer: "mpeg", at: 0, bytes: [0, 0, 1, 0xba] },
  { demuxer: "gif", at: 0, bytes: ascii("GIF8") },
  { demuxer: "flv", at: 0, bytes: [...ascii("FLV"), 1] },
  { demuxer: "ogg", at: 0, bytes: ascii("OggS") },
  { demuxer: "asf", at: 0, bytes: [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11] },
];
/** JPEG, PNG, BMP, TIFF, Photoshop. */
const STILL = [
  [0xff, 0xd8, 0xff],
  [0x89, ...ascii("PNG")],
  ascii("BM"),
  [...ascii("II"), 42, 0],
  [...ascii("MM"), 0, 42],
  ascii("8BPS"),
];
const SOUND = [ascii("ID3"), ascii("fLaC"), ascii("#!AMR"), ascii("MAC ")];

const matches = (head: Uint8Array, at: number, bytes: readonly number[]) =>
  head.length >= at + bytes.length && bytes.every((byte, i) => head[at + i] === byte);
const text = (head: Uint8Array, from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
const webp = (head: Uint8Array) => text(head, 0, 4) === "RIFF" && text(head, 8, 12) === "WEBP";
const wave = (head: Uint8Array) => text(head, 0, 4) === "RIFF" && text(head, 8, 12) === "WAVE";
/** MP3 and ADTS (ISO/IEC 13818-7 §6.2): twelve bits of sync. */
const isMpegSound = (head: Uint8Array) => head[0] === 0xff && (head[1]! & 0xe0) === 0xe0 && head[1] !== 0xff;

/** ISO/IEC 13818-1 §2.4.3.2: a sync byte at the start of each packet. M2TS has four bytes in front. A cut file may begin within one. */
function isTs(head: Uint8Array): boolean {
  return TS_PACKET_BYTES.some((length) => {
    for (let first = 0; first < length; first++) {
      let packets = 0;
      while (packets < 5 && head[first + packets * length] === TS_SYNC) packets++;
      if (packets === 5) return true;
    }
    return false;
  });
}

/** Text, and which; a playlist or a list of other files is never a video, whatever it lists. */
function writing(head: Uint8Array): RefusalCode {
  const start = new TextDecoder("utf-8").decode(head).replace(/^[\ufeff\s\0]+/, "");
  if (/^#EXTM3U|^ffconcat\s|^\[playlist\]|^#EXT-X-|^file\s/i.test(start)) return "playlist";
  // Comments go first, in one pass: a pattern for any number of them would try every way to cut them.
  const tags = start.replace(/<!--[\s\S]*?-->/g, "");
  if (/^\s*(?:<\?xml[^>]*>\s*)?<(?:MPD|SmoothStreamingMedia|smil|playlist|f4m|manifest)\b/i.test(tags))
    return "manifest";
  return "not_a_video";
}
