// The folder of a machine in which recordings wait for the object store. One file for each segment; a file is whole or not there.
//
//   <folder>/tc-<pid>/<video>/<rendition>.i<hash>.mp4           init segment
//   <folder>/tc-<pid>/<video>/<rendition>.<number>-<epoch>.seg  its row as a line of JSON, then its bytes

import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "#runtime/process/running.ts";
import type { SegmentEntry } from "#schema/queries/videos/recording.ts";
import { RENDITION } from "#schema/wire/media.ts";

const SEGMENT_FILE = /^[a-z0-9]{1,16}\.\d{1,15}-\d{1,15}\.seg$/;
const INIT_FILE = /^([a-z0-9]{1,16})\.i([0-9a-f]{1,64})\.mp4$/;
const LINE_END = 10;
/** Longest row, in bytes. */
const ROW_MAX = 4_096;

export interface SpoolOptions {
  /** Of the machine, for all its nodes. Not shared with processes whose pids are not seen here, as of another container. */
  folder: string;
  /** Bytes of all files of this process. What comes above it is not kept. */
  bytesMax: number;
}

const OF_PROCESS = /^tc-(\d+)$/;

/** Segments of recordings that wait, kept beyond the process. */
export interface SegmentSpool {
  readonly bytes: number;
  /** Takes over what processes that have ended left behind. */
  adopt(): Promise<void>;
  /** Videos of which something is here. */
  videos(): Promise<string[]>;
  /** False: there is no room, or the disk does not take it. */
  keepInit(videoId: string, init: { rendition: string; hash: string; bytes: Uint8Array }): Promise<boolean>;
  /** The name of its file. Null: there is no room, or the disk does not take it. */
  keep(videoId: string, row: SegmentEntry, chunks: readonly Uint8Array[]): Promise<string | null>;
  /** The segments that wait here, ascending by number. Files that are not whole are left out. */
  segments(videoId: string): Promise<{ file: string; row: SegmentEntry }[]>;
  inits(videoId: string): Promise<{ rendition: string; hash: string; bytes: Uint8Array }[]>;
  /** The segment's bytes. Rejects when they are not readable. */
  read(videoId: string, file: string): Promise<Uint8Array>;
  drop(videoId: string, file: string): Promise<void>;
  /** Nothing of the video waits any more. */
  forget(videoId: string): Promise<void>;
}

/** In production a folder. */
export class Spool implements SegmentSpool {
  readonly #folder: string;
  #bytes = 0;

  private constructor(private readonly options: SpoolOptions) {
    this.#folder = join(options.folder, `tc-${process.pid}`);
  }

  /** Takes over what processes that have ended left behind. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    await mkdir(spool.#folder, { recursive: true });
    for (const videoId of await spool.videos()) await spool.#count(videoId); // Of an earlier process with this pid.
    await spool.adopt();
    return spool;
  }

  get bytes() {
    return this.#bytes;
  }

  /** Only one process gets each of their folders. */
  async adopt() {
    const { folder } = this.options;
    for (const name of await readdir(folder).catch(() => [])) {
      const pid = Number(OF_PROCESS.exec(name)?.[1] ?? process.pid);
      if (pid === process.pid || isRunning(pid)) continue;
      const mine = join(folder, `${name}-to-${process.pid}`);
      await rename(join(folder, name), mine).catch(() => {}); // Another process was faster.
      for (const videoId of await readdir(mine).catch(() => [])) {
        await mkdir(join(this.#folder, videoId), { recursive: true });
        for (const file of await readdir(join(mine, videoId)))
          await rename(join(mine, videoId, file), join(this.#folder, videoId, file));
        await this.#count(videoId);
      }
      await rm(mine, { recursive: true, force: true });
    }
  }

  /** Counts what is there, and removes what was not written to its end. */
  async #count(videoId: string) {
    for (const name of await this.#files(videoId)) {
      const path = this.#path(videoId, name);
      if (name.endsWith(".part")) await rm(path, { force: true });
      else this.#bytes += await sizeOf(path);
    }
  }

  #path(videoId: string, file: string) {
    return join(this.#folder, videoId, file);
  }

  async videos(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  async keepInit(videoId: string, { rendition, hash, bytes }: { rendition: string; hash: string; bytes: Uint8Array }) {
    const name = `${rendition}.i${hash}.mp4`;
    if (!this.#hasRoom(bytes.length)) return false;
    if ((await sizeOf(this.#path(videoId, name))) === bytes.length) return true; // Each segment asks for it.
    return this.#write(videoId, name, [bytes]);
  }

  async keep(videoId: string, row: SegmentEntry, chunks: readonly Uint8Array[]): Promise<string | null> {
    const name = `${row.rendition}.${row.number}-${row.epoch}.seg`;
    const sha256 = Buffer.from(row.media?.sha256 ?? []).toString("base64");
    const line = JSON.stringify({ ...row, media: row.media && { ...row.media, sha256 } });
    const kept = await this.#write(videoId, name, [Buffer.from(`${line}\n`), ...chunks]);
    return kept ? name : null;
  }

  async segments(videoId: string): Promise<{ file: string; row: SegmentEntry }[]> {
    const found: { file: string; row: SegmentEntry }[] = [];
    for (const file of await this.#files(videoId)) {
      if (!SEGMENT_FILE.test(file)) continue;
      const row = await rowOf(this.#path(videoId, file)).catch(() => null);
      if (row) found.push({ file, row });
    }
    return found.sort((a, b) => a.row.number - b.row.number);
  }

  async inits(videoId: string): Promise<{ rendition: string; hash: string; bytes: Uint8Array }[]> {
    const found: { rendition: string; hash: string; bytes: Uint8Array }[] = [];
    for (const file of await this.#files(videoId)) {
      const [, rendition, hash] = INIT_FILE.exec(file) ?? [];
      if (rendition && hash) found.push({ rendition, hash, bytes: await readFile(this.#path(videoId, file)) });
    }
    return found;
  }

  async read(videoId: string, file: string): Promise<Uint8Array> {
    const whole = await readFile(this.#path(videoId, file));
    return whole.subarray(whole.indexOf(LINE_END) + 1);
  }

  async drop(videoId: string, file: string) {
    const path = this.#path(videoId, file);
    const bytes = await sizeOf(path);
    await rm(path, { force: true });
    this.#bytes -= bytes;
  }

  async forget(videoId: string) {
    for (const file of await this.#files(videoId)) await this.drop(videoId, file);
    await rm(join(this.#folder, videoId), { recursive: true, force: true });
  }

  #hasRoom(bytes: number) {
    return this.#bytes + bytes <= this.options.bytesMax;
  }

  async #files(videoId: string): Promise<string[]> {
    return readdir(join(this.#folder, videoId)).catch(() => []);
  }

  async #write(videoId: string, name: string, chunks: readonly Uint8Array[]): Promise<boolean> {
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (!this.#hasRoom(bytes)) return false;
    this.#bytes += bytes;
    const path = this.#path(videoId, name);
    try {
      await mkdir(join(this.#folder, videoId), { recursive: true });
      const file = await open(`${path}.part`, "w");
      try {
        // A disk that is nearly full takes a part without an error.
        const { bytesWritten } = await file.writev(chunks as Uint8Array[]);
        if (bytesWritten !== bytes) throw new Error(`${bytesWritten} of ${bytes} bytes were written`);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(`${path}.part`, path);
      return true;
    } catch {
      this.#bytes -= bytes;
      await rm(`${path}.part`, { force: true }).catch(() => {});
      return false;
    }
  }
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Throws for a file whose bytes are not as long as its row says. */
async function rowOf(path: string): Promise<SegmentEntry> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(ROW_MAX);
    const { bytesRead } = await file.read(head, 0, ROW_MAX, 0);
    const end = head.subarray(0, bytesRead).indexOf(LINE_END);
    const row = JSON.parse(head.toString("utf8", 0, end)) as SegmentEntry & { media: { sha256: string } | null };
    const { size } = await file.stat();
    if (!RENDITION.test(row.rendition) || !row.media || size !== end + 1 + row.media.bytes)
      throw new Error("not whole");
    return { ...row, media: { ...row.media, sha256: Buffer.from(row.media.sha256 as unknown as string, "base64") } };
  } finally {
    await file.close();
  }
}
