// Bodies of objects as files, each written once under a name of its own. A body counts from the moment when the catalogue names it.

import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";

const READ_BYTES = 256 * 1024;

export interface Body {
  id: string;
  bytes: number;
}

interface BodiesOptions {
  folder: string;
  /** False, for tests: what is written may be lost when the machine loses its power. */
  durable: boolean;
}

export class Bodies {
  /** How many read a body now. It is removed when the last of them has ended. */
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  constructor(private readonly options: BodiesOptions) {
    for (let at = 0; at < 256; at++)
      mkdirSync(join(options.folder, at.toString(16).padStart(2, "0")), { recursive: true });
  }

  #folderOf(id: string) {
    return join(this.options.folder, id.slice(0, 2));
  }

  #file(id: string) {
    return join(this.#folderOf(id), id);
  }

  /** Writes a body. When `chunks` throws, nothing is left. */
  async write(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const id = crypto.randomUUID();
    const file = await open(this.#file(id), "wx");
    try {
      for await (const chunk of chunks) await writeAll(file, chunk);
      if (this.options.durable) await file.sync();
    } catch (error) {
      await file.close();
      await unlink(this.#file(id)).catch(() => {});
      throw error;
    }
    await file.close();
    this.#syncFolder(id);
    return id;
  }

  copy(from: string): string {
    const id = crypto.randomUUID();
    copyFileSync(this.#file(from), this.#file(id));
    if (this.options.durable) syncPath(this.#file(id));
    this.#syncFolder(id);
    return id;
  }

  /** The name in its folder must last as the content does. */
  #syncFolder(id: string) {
    if (this.options.durable) syncPath(this.#folderOf(id));
  }

  /** Bytes `start` to before `end` of the bodies one after the other; they stay until the reader has ended, whatever replaces them. */
  read(bodies: readonly Body[], start: number, end: number): ReadableStream<Uint8Array> {
    for (const { id } of bodies) this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1);
    const pieces = this.#pieces(bodies, start, end);
    let ended = false;
    const leave = async () => {
      if (ended) return;
      ended = true;
      await pieces.return(undefined);
      for (const { id } of bodies) this.#leave(id);
    };
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const { done, value } = await pieces.next();
            if (!done) return controller.enqueue(value);
          } catch (error) {
            await leave();
            throw error;
          }
          await leave();
          controller.close();
        },
        cancel: leave,
      },
      { highWaterMark: 0 },
    );
  }

  async *#pieces(bodies: readonly Body[], start: number, end: number): AsyncGenerator<Uint8Array> {
    let before = 0;
    for (const { id, bytes } of bodies) {
      const [from, to] = [Math.max(start - before, 0), Math.min(end - before, bytes)];
      before += bytes;
      if (from < to) yield* this.#readFile(id, from, to);
    }
  }

  async *#readFile(id: string, from: number, to: number): AsyncGenerator<Uint8Array> {
    const file = await open(this.#file(id), "r");
    try {
      for (let at = from; at < to; ) {
        const buffer = new Uint8Array(Math.min(READ_BYTES, to - at));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw new Error(`body ${id} is shorter than it was`);
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  #leave(id: string) {
    const left = (this.#readers.get(id) ?? 1) - 1;
    if (left > 0) return void this.#readers.set(id, left);
    this.#readers.delete(id);
    if (this.#doomed.delete(id)) void unlink(this.#file(id)).catch(() => {});
  }

  /** Removes bodies that the catalogue no longer names. */
  remove(ids: readonly string[]) {
    for (const id of ids)
      if (this.#readers.has(id)) this.#doomed.add(id);
      else void unlink(this.#file(id)).catch(() => {});
  }

  /** Removes all that the catalogue does not name: bodies that were being written when the process ended. Before the first request. */
  async sweep(named: ReadonlySet<string>): Promise<number> {
    const files = readdirSync(this.options.folder).flatMap((part) => readdirSync(join(this.options.folder, part)));
    const strays = files.filter((id) => !named.has(id));
    for (const id of strays) await unlink(this.#file(id));
    return strays.length;
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array) {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
}

function syncPath(path: string) {
  const descriptor = openSync(path, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
