// What made-up uploads are made of. The picture has four colours (red, green, blue, grey, from the top left) and is white for 0.12 s at each
// whole second from the first; the sound is a tone of 1 kHz for 0.1 s at the same times. So both must still come together afterwards.

import { join } from "node:path";

export interface Kitchen {
  /** Folder of the files. */
  folder: string;
}

/** Runs FFmpeg in the folder; throws with its words. */
export async function ffmpeg({ folder }: Kitchen, ...args: string[]): Promise<void> {
  const argv = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", ...args];
  const child = Bun.spawn(argv, { cwd: folder, stdin: "ignore", stderr: "pipe" });
  const errors = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${errors}`);
}

export const file = ({ folder }: Kitchen, name: string) => join(folder, name);

/** The bytes of `parts`, one after the other. */
export async function joined(kitchen: Kitchen, name: string, parts: readonly string[]) {
  const bytes = await Promise.all(parts.map((part) => Bun.file(file(kitchen, part)).bytes()));
  await Bun.write(file(kitchen, name), Buffer.concat(bytes));
}

interface Picture {
  width?: number;
  height?: number;
  /** A text: a fraction. */
  fps?: number | string;
  seconds: number;
}

export function picture({ width = 320, height = 180, fps = 25, seconds }: Picture): string[] {
  const quarters = [
    ["0:0", "red"],
    ["iw/2:0", "lime"],
    ["0:ih/2", "blue"],
    ["iw/2:ih/2", "gray"],
  ].map(([at, colour]) => `drawbox=${at}:iw/2:ih/2:${colour}:fill`);
  const flash = "drawbox=0:0:iw:ih:white:fill:enable='gte(t,0.5)*lt(mod(t+0.001,1),0.12)'";
  const graph = [`color=black:s=${width}x${height}:r=${fps}:d=${seconds}`, "format=yuv444p", ...quarters, flash];
  return ["-f", "lavfi", "-i", graph.join(",")];
}

export const sound = ({ seconds, rate = 48_000 }: { seconds: number; rate?: number }): string[] => [
  ...["-f", "lavfi", "-i"],
  `aevalsrc='0.6*sin(2*PI*1000*t)*gte(t,0.5)*lt(mod(t,1),0.1)':s=${rate}:d=${seconds}`,
];

/** Arguments without spaces of their own. */
export const words = (line: string): string[] => line.split(" ");

export const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "28", "-pix_fmt", "yuv420p", "-g", "50"];
export const AAC = ["-c:a", "aac", "-b:a", "64k"];

/** Makes one file, under the name by which the list of odd uploads calls it. */
export type Recipe = (kitchen: Kitchen, name: string) => Promise<void>;

/** An ordinary file. */
export const ordinary = (kitchen: Kitchen, name: string, what: Picture, ...more: string[]) =>
  ffmpeg(kitchen, ...picture(what), ...sound(what), ...H264, ...AAC, ...more, name);

// Boxes of MP4, to make files that lie.

export interface Mp4Box {
  type: string;
  /** Of the whole box. */
  at: number;
  bytes: number;
}

export function mp4Boxes(bytes: Uint8Array, from = 0, to = bytes.length): Mp4Box[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found: Mp4Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    found.push({ type: new TextDecoder().decode(bytes.subarray(at + 4, at + 8)), at, bytes: size });
    if (size < 8) break;
    at += size;
  }
  return found;
}

export function mp4Box(type: string, ...body: Uint8Array[]): Uint8Array {
  const made = Buffer.concat([new Uint8Array(8), ...body]);
  new DataView(made.buffer, made.byteOffset).setUint32(0, made.length);
  made.write(type, 4, "latin1");
  return made;
}
