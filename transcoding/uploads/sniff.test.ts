// What a file is by its bytes.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { DEMUXERS, sniff } from "./sniff.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const bytes = (...parts: (number | string)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...ascii(part)])));
const packets = (length: number, first = 0) => {
  const head = new Uint8Array(4_096).fill(1);
  for (let at = first; at < head.length; at += length) head[at] = 0x47;
  return head;
};

test("containers are known by their bytes, wherever the first packet of a transport stream begins", () => {
  expect(sniff(bytes(0, 0, 0, 24, "ftypisom"))).toEqual({ demuxer: "mov" });
  expect(sniff(bytes(0, 0, 0, 8, "wide", 0, 0, 1, 0, "mdat"))).toEqual({ demuxer: "mov" });
  expect(sniff(bytes(0x1a, 0x45, 0xdf, 0xa3, 1))).toEqual({ demuxer: "matroska" });
  expect(sniff(bytes("RIFF", 1, 2, 3, 4, "AVI LIST"))).toEqual({ demuxer: "avi" });
  for (const first of [0, 4, 100]) expect(sniff(packets(188, first))).toEqual({ demuxer: "mpegts" });
  expect(sniff(packets(192, 4))).toEqual({ demuxer: "mpegts" });
  expect(sniff(bytes("OggS", 0))).toEqual({ demuxer: "ogg" });
  expect(sniff(bytes("GIF89a"))).toEqual({ demuxer: "gif" });
});

test("pictures, sound, text, playlists, lists of files and manifests are refused for what they are", () => {
  const refused = (...parts: (number | string)[]) => {
    const found = sniff(bytes(...parts));
    return "refused" in found ? found.refused : found.demuxer;
  };
  expect(refused()).toBe("empty");
  expect(refused(0xff, 0xd8, 0xff, 0xe0)).toBe("still_picture");
  expect(refused(0x89, "PNG\r\n")).toBe("still_picture");
  expect(refused(0, 0, 0, 24, "ftypheic")).toBe("still_picture");
  expect(refused("RIFF", 0, 0, 0, 0, "WEBPVP8 ")).toBe("still_picture");
  expect(refused("ID3", 3)).toBe("sound_only");
  expect(refused("RIFF", 0, 0, 0, 0, "WAVEfmt ")).toBe("sound_only");
  expect(refused("Dear all,\n\nthis is not a video.\n")).toBe("not_a_video");
  expect(refused("#EXTM3U\n#EXTINF:3,\nneighbour.ts\n")).toBe("playlist");
  expect(refused("\r\n  #EXTM3U\n")).toBe("playlist");
  expect(refused(0xef, 0xbb, 0xbf, "#EXTM3U\n")).toBe("playlist");
  expect(refused("ffconcat version 1.0\nfile neighbour.ts\n")).toBe("playlist");
  expect(refused("file '/etc/passwd'\n")).toBe("playlist");
  expect(refused('<?xml version="1.0"?>\n<MPD type="static">')).toBe("manifest");
  expect(refused("<!-- a --><MPD>")).toBe("manifest");
});

test("a page of comments takes no time", () => {
  expect(sniff(bytes("<!---->".repeat(580)))).toEqual({ refused: "not_a_video" });
});

test("no bytes make it throw, or name a demuxer that opens other files", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (head) => {
      const found = sniff(head);
      if ("demuxer" in found) expect(DEMUXERS).toContain(found.demuxer);
      else expect(found.refused.length).toBeGreaterThan(0);
    }),
  );
});
