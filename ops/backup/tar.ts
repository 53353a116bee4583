// Writes and reads the files of a folder as one stream, in the format of tar (POSIX.1-1988, ustar): `tar -t` reads it too.

import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BackupFault } from "./fault.ts";
import { ByteSource } from "./sealing/byte-source.ts";

const BLOCK = 512;
/** The format has 11 octal digits for a size: 8 GiB. PostgreSQL's files have 1 GiB at most. */
const FILE_BYTES_MAX = 8 ** 11 - 1;
const READ_BYTES = 256 * 1024;

export type TarEntry =
  | { kind: "folder"; path: string }
  /** `content` may end early or late: it is filled with zeros, or cut. */
  | { kind: "file"; path: string; bytes: number; content: AsyncIterable<Uint8Array> };

export async function* tar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield header(entry);
    if (entry.kind === "folder") continue;
    let left = entry.bytes;
    for await (const chunk of entry.content) {
      const taken = chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= taken.length;
      if (taken.length > 0) yield taken;
      if (left === 0) break;
    }
    for (; left > 0; left -= Math.min(left, READ_BYTES)) yield new Uint8Array(Math.min(left, READ_BYTES));
    const padding = (BLOCK - (entry.bytes % BLOCK)) % BLOCK;
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield new Uint8Array(2 * BLOCK);
}

/** A file that is read to its present end. */
export async function* contentOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function header(entry: TarEntry): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const isFolder = entry.kind === "folder";
  const path = isFolder ? `${entry.path}/` : entry.path;
  const bytes = isFolder ? 0 : entry.bytes;
  if (Buffer.byteLength(path) > 100) throw new BackupFault("unsupported", `the path ${path} is too long`);
  if (bytes > FILE_BYTES_MAX) throw new BackupFault("unsupported", `${path} is too large`);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  block.write(path, 0, "utf8");
  octal(isFolder ? 0o700 : 0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes, 124, 12);
  octal(0, 136, 12);
  block.write("        ", 148, "latin1");
  block.write(isFolder ? "5" : "0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.write(`${sumOf(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

const sumOf = (block: Uint8Array) => block.reduce((sum, byte) => sum + byte, 0);

export interface Untarred {
  files: number;
  bytes: number;
}

/** Writes the files below `folder`, readable by their owner alone. Throws BackupFault `damaged` for what `tar` would not have written. */
export async function untar(stream: AsyncIterable<Uint8Array>, folder: string): Promise<Untarred> {
  const source = new ByteSource(stream);
  const done = { files: 0, bytes: 0 };
  for (;;) {
    const entry = readHeader(await source.read(BLOCK));
    if (!entry) break;
    const path = join(folder, entry.path);
    if (entry.kind === "folder") {
      await mkdir(path, { recursive: true, mode: 0o700 });
      continue;
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFrom(source, { path, bytes: entry.bytes });
    await source.read((BLOCK - (entry.bytes % BLOCK)) % BLOCK);
    done.files++;
    done.bytes += entry.bytes;
  }
  // What is behind the end must be read, since only the whole stream is known to be unchanged.
  while (await source.readSome(READ_BYTES));
  return done;
}

async function writeFrom(source: ByteSource, { path, bytes }: { path: string; bytes: number }) {
  const file = await open(path, "wx", 0o600);
  try {
    for (let left = bytes; left > 0; ) {
      const chunk = await source.readSome(Math.min(left, READ_BYTES));
      if (!chunk) throw new BackupFault("damaged", `the backup ends within ${path}`);
      await file.writeFile(chunk);
      left -= chunk.length;
    }
  } finally {
    await file.close();
  }
}

type Head = { kind: "folder"; path: string } | { kind: "file"; path: string; bytes: number };

/** Null at the end. */
function readHeader(bytes: Uint8Array): Head | null {
  const damaged = (what: string) => new BackupFault("damaged", `the backup's files: ${what}`);
  if (bytes.length < BLOCK) throw damaged("the end is missing");
  const block = Buffer.from(bytes);
  if (block.every((byte) => byte === 0)) return null;
  const text = (at: number, length: number) => block.toString("utf8", at, at + length).replace(/\0.*$/s, "");
  const sum = Number.parseInt(text(148, 8), 8);
  block.fill(" ", 148, 156);
  if (sum !== sumOf(block)) throw damaged("a header is none");
  const path = text(0, 100).replace(/\/$/, "");
  if (
    path === "" ||
    path.startsWith("/") ||
    path.split("/").some((name) => name === "" || name === "." || name === "..")
  )
    throw damaged(`"${path}" is no path of a file`);
  const type = text(156, 1);
  if (type === "5") return { kind: "folder", path };
  if (type !== "0") throw damaged(`"${path}" is neither a file nor a folder`);
  return { kind: "file", path, bytes: Number.parseInt(text(124, 12), 8) };
}
