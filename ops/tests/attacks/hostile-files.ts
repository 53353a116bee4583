// Files that would have FFmpeg open something else than themselves, or take all of a machine.

import { film, hugePicture } from "../support/uploads/film.ts";
import {
  AAC,
  ffmpeg,
  file,
  H264,
  type Kitchen,
  mp4Box,
  mp4Boxes,
  ordinary,
  picture,
  sound,
} from "../support/uploads/ingredients.ts";

export interface HostileFile {
  /** As its uploader calls it. */
  name: string;
  /** The code with which it is refused; null: it may be a video, of nothing but itself. */
  refused: string | readonly string[] | null;
  bytes(kitchen: Kitchen): Promise<Uint8Array> | Uint8Array;
}

const text = (words: string) => new TextEncoder().encode(words);
const playlist = (line: string, before = "") =>
  `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n${before}#EXTINF:3,\n${line}\n#EXT-X-ENDLIST\n`;

/** Name other files, or an address at which nobody may ask. */
export function filesThatNameOthers(canaryPort: number): HostileFile[] {
  const url = `http://127.0.0.1:${canaryPort}/secret.ts`;
  const lists: [name: string, words: string, refused: string][] = [
    ["segment.mp4", playlist(url), "playlist"],
    ["neighbour.mp4", playlist("in"), "playlist"],
    ["local.mp4", playlist("file:///etc/passwd"), "playlist"],
    ["concat:/etc/passwd|x.mp4", playlist("concat:/etc/passwd|/etc/hostname"), "playlist"],
    ["subfile.mp4", playlist("subfile,,start,0,end,99,,:/etc/passwd"), "playlist"],
    ["data.mp4", playlist("data:video/mp2t;base64,R0AAEAAAsA0="), "playlist"],
    ["child.mp4", `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${url}\n`, "playlist"],
    ["key.mp4", playlist("in", `#EXT-X-KEY:METHOD=AES-128,URI="${url}"\n`), "playlist"],
    ["map.mp4", playlist("in", `#EXT-X-MAP:URI="${url}"\n`), "playlist"],
    ["-i.mp4", playlist("http://169.254.169.254/latest/meta-data/"), "playlist"],
    [`http://127.0.0.1:${canaryPort}/x.mp4`, `ffconcat version 1.0\nfile in\nfile ${url}\n`, "playlist"],
    ["../../../../etc/passwd", "file '/etc/passwd'\n", "playlist"],
    [
      "dash.mp4",
      `<?xml version="1.0"?>\n<MPD type="static"><Period><AdaptationSet><Representation><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      "manifest",
    ],
    [
      "session.sdp",
      `v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${canaryPort} RTP/AVP 96\n`,
      "not_a_video",
    ],
    ["vector.svg", `<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="${url}"/></svg>`, "not_a_video"],
    // Begins like a film and goes on as a list: FFmpeg is told the demuxer, and may not guess.
    ["disguised.mp4", `\0\0\0\x08ftyp${playlist(url)}`, "index_missing"],
  ];
  return [
    ...lists.map(([name, words, refused]) => ({ name, refused, bytes: () => text(words) })),
    { name: "reference.mov", refused: null, bytes: (kitchen) => mediaElsewhere(kitchen, url) },
  ];
}

/** A playlist that leads an FFmpeg without limits to the canary. */
export const ammunition = (canaryPort: number) => playlist(`http://127.0.0.1:${canaryPort}/secret.ts`);

/** QuickTime lets a film name the file in which its media are. */
async function mediaElsewhere(kitchen: Kitchen, url: string): Promise<Uint8Array> {
  await ordinary(kitchen, "plain.mov", { seconds: 1 });
  const bytes = Buffer.from(await Bun.file(file(kitchen, "plain.mov")).bytes());
  const at = bytes.indexOf("url ");
  bytes.writeUInt32BE(0, at + 4); // Flags: not in this file.
  return Buffer.concat([bytes, mp4Box("free", text(url))]);
}

const SMALL = { fourCc: "png ", width: 64, height: 64, sample: new Uint8Array(64) } as const;
/** Of FFmpeg's own index: 4 GB. */
const SAMPLES = 170_000_000;
const TRACKS = 20_000;

/** Codes of what cannot be read at all. */
const UNREADABLE = ["not_a_video", "unreadable", "too_expensive"] as const;

export const BOMBS: readonly HostileFile[] = [
  { name: "empty-but-for-a-byte.mp4", refused: "not_a_video", bytes: () => Uint8Array.of(0) },
  {
    name: "huge-picture.mov",
    refused: "picture_too_large",
    async bytes(kitchen) {
      await hugePicture(kitchen, "huge-picture.mov", 16_000);
      return Bun.file(file(kitchen, "huge-picture.mov")).bytes();
    },
  },
  {
    name: "day-of-24-pictures.mov",
    refused: "hole",
    bytes: () => film({ ...SMALL, samples: 24, ticks: 3_600_000 }),
  },
  { name: "samples.mov", refused: UNREADABLE, bytes: () => boasting(SAMPLES) },
  {
    name: "tracks.mp4",
    refused: UNREADABLE,
    bytes: () => Buffer.concat([ftyp(), mp4Box("moov", ...Array.from({ length: TRACKS }, () => mp4Box("trak")))]),
  },
  {
    name: "boxes.mp4",
    refused: "too_many_packets",
    bytes() {
      const boxes = new Uint8Array(8_000_000);
      for (let at = 0; at < boxes.length; at += 8) boxes.set(mp4Box("free"), at);
      return boxes;
    },
  },
  {
    name: "endless-index.mp4",
    refused: "too_expensive",
    bytes() {
      const index = mp4Box("moov", new Uint8Array(100));
      new DataView(index.buffer, index.byteOffset).setUint32(0, 0xffff_fff0);
      return Buffer.concat([ftyp(), index]);
    },
  },
  {
    name: "compressed-index.mov",
    refused: UNREADABLE,
    bytes() {
      const lengthOfIndex = Buffer.alloc(4);
      lengthOfIndex.writeUInt32BE(0xffff_fff0);
      const compressed = mp4Box("cmvd", lengthOfIndex, Bun.deflateSync(new Uint8Array(1_000_000)));
      return Buffer.concat([ftyp(), mp4Box("moov", mp4Box("cmov", mp4Box("dcom", text("zlib")), compressed))]);
    },
  },
  { name: "archive.mp4", refused: "not_a_video", bytes: () => Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 8, 0) },
  {
    name: "ten-thousand-a-second.mp4",
    refused: null,
    async bytes(kitchen) {
      const what = { fps: 10_000, seconds: 0.2, width: 64, height: 64 };
      await ffmpeg(kitchen, ...picture(what), ...sound(what), ...H264, ...AAC, "many.mp4");
      return Bun.file(file(kitchen, "many.mp4")).bytes();
    },
  },
];

const ftyp = () => mp4Box("ftyp", text("isom"), new Uint8Array(4), text("isom"));

/** One sample, and tables that tell of many. */
function boasting(samples: number): Uint8Array {
  const bytes = film({ ...SMALL, samples: 1, ticks: 1 });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const boast = (from: number, to: number) => {
    for (const { type, at, bytes: length } of mp4Boxes(bytes, from, to)) {
      if (["moov", "trak", "mdia", "minf", "stbl"].includes(type)) boast(at + 8, at + length);
      if (type === "stts" || type === "stsz") view.setUint32(at + 16, samples);
      if (type === "stsc") view.setUint32(at + 20, samples);
    }
  };
  boast(0, bytes.length);
  return bytes;
}
