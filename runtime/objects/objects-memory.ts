// The object store in memory, for tests: the rules of S3, faults on demand, and signed addresses that only it can follow.

import type { Clock } from "../base/clock.ts";
import { sliceOf } from "./byte-range.ts";
import { memoryAddress, readMemoryAddress } from "./memory-address.ts";
import { MemoryUploads } from "./memory-uploads.ts";
import { requireKey } from "./object-keys.ts";
import {
  type ByteRange,
  type ObjectInfo,
  ObjectMissing,
  type Objects,
  ObjectsAway,
  ObjectsRefused,
  type PutOptions,
} from "./objects.ts";

/** How a request fails with ObjectsAway: `before` it took effect, or `after`. */
export type ObjectFault = "before" | "after";
/** An error is thrown as it is. A promise makes the request wait, for ever if it never settles. */
type FaultAnswer = ObjectFault | Error | undefined;

interface Stored {
  bytes: Uint8Array;
  contentType: string;
  cacheControl?: string;
  modifiedAtMs: number;
}

const LIST_MAX = 1_000;
const CHUNK_BYTES = 64 * 1024;

export class MemoryObjects implements Objects {
  readonly stored = new Map<string, Stored>();
  /** Called before each request, with the method's name (`put`, `uploads.complete`, …) and its key, prefix or first key. */
  fault: (request: string, key: string) => FaultAnswer | Promise<FaultAnswer> = () => undefined;
  /** The bodies of `open` break off with ObjectsAway after this many bytes; null: they do not. */
  breakBodiesAfterBytes: number | null = null;
  readonly uploads: MemoryUploads;

  constructor(private readonly clock: Clock) {
    this.uploads = new MemoryUploads({
      clock,
      run: (request, key, work) => this.#run(request, key, work),
      store: (key, bytes, contentType) => this.#store(key, bytes, { contentType }),
    });
  }

  /** One request: one turn of the promise queue, then an atomic step. */
  async #run<T>(request: string, key: string, work: () => T): Promise<T> {
    const fault = await this.fault(request, key);
    if (fault instanceof Error) throw fault;
    if (fault === "before") throw new ObjectsAway(request);
    const result = work();
    await Promise.resolve();
    if (fault === "after") throw new ObjectsAway(request);
    return result;
  }

  #store(key: string, bytes: Uint8Array, { contentType, cacheControl }: PutOptions) {
    const modifiedAtMs = this.clock.wallMs();
    // Not `slice`, which on a Buffer is a view.
    const copy = new Uint8Array(bytes);
    this.stored.set(key, { bytes: copy, contentType, ...(cacheControl && { cacheControl }), modifiedAtMs });
  }

  #find(key: string): Stored {
    const stored = this.stored.get(key);
    if (!stored) throw new ObjectMissing(key);
    return stored;
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions) {
    requireKey(key);
    await this.#run("put", key, () => {
      const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest();
      if (options.sha256 && !Buffer.from(options.sha256).equals(sha256))
        throw new ObjectsRefused("BadDigest", "the bytes have another SHA-256");
      this.#store(key, bytes, options);
    });
  }

  async copy(from: string, to: string) {
    requireKey(from);
    requireKey(to);
    await this.#run("copy", from, () => {
      const { bytes, ...options } = this.#find(from);
      this.#store(to, bytes, options);
    });
  }

  async get(key: string, range?: ByteRange) {
    requireKey(key);
    return this.#run("get", key, () => {
      const { bytes } = this.#find(key);
      const { start, end } = sliceOf(range, bytes.length);
      return bytes.slice(start, end);
    });
  }

  async open(key: string, range?: ByteRange) {
    requireKey(key);
    return this.#run("open", key, () => {
      const { bytes, contentType } = this.#find(key);
      const { start, end } = sliceOf(range, bytes.length);
      return { stream: this.#body(bytes.slice(start, end)), bytes: end - start, contentType };
    });
  }

  #body(bytes: Uint8Array): ReadableStream<Uint8Array> {
    const breaksAt = this.breakBodiesAfterBytes ?? Number.POSITIVE_INFINITY;
    let sent = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const end = Math.min(sent + CHUNK_BYTES, bytes.length, breaksAt);
          if (end > sent) controller.enqueue(bytes.slice(sent, end));
          sent = end;
          if (sent === bytes.length) controller.close();
          else if (sent === breaksAt) controller.error(new ObjectsAway("the body broke off"));
        },
      },
      { highWaterMark: 0 },
    );
  }

  async look(key: string) {
    requireKey(key);
    return this.#run("look", key, () => {
      const stored = this.stored.get(key);
      if (!stored) return null;
      const { bytes, contentType, modifiedAtMs } = stored;
      return { key, bytes: bytes.length, contentType, modifiedAtMs };
    });
  }

  async remove(keys: readonly string[]) {
    for (const key of keys) requireKey(key);
    if (keys.length === 0) return;
    await this.#run("remove", keys[0]!, () => {
      for (const key of keys) this.stored.delete(key);
    });
  }

  list(prefix: string, { after = "", limit = LIST_MAX }: { after?: string; limit?: number } = {}) {
    return this.#run("list", prefix, () => {
      const keys = [...this.stored.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
      const most = Math.min(limit, LIST_MAX);
      const items = keys.slice(0, most).map((key): ObjectInfo => {
        const { bytes, modifiedAtMs } = this.stored.get(key)!;
        return { key, bytes: bytes.length, modifiedAtMs };
      });
      return { items, more: keys.length > most };
    });
  }

  async signGet(key: string, { expiresInS, fileName }: { expiresInS: number; fileName?: string }) {
    requireKey(key);
    const expiresAtMs = this.clock.wallMs() + expiresInS * 1_000;
    return memoryAddress({ method: "GET", key, expiresAtMs, ...(fileName !== undefined && { fileName }) });
  }

  /** What a browser gets from an address of `signGet`. Throws ObjectMissing, and ObjectsRefused when the address has expired. */
  async follow(address: string): Promise<Stored & { fileName: string | null }> {
    const { key, fileName } = readMemoryAddress(address, { method: "GET", nowMs: this.clock.wallMs() });
    return { ...this.#find(key), fileName: fileName ?? null };
  }

  /** What a browser does with an address of `uploads.signPart`. Answers the etag. Throws as `follow`, and for bytes of another length. */
  async send(address: string, bytes: Uint8Array): Promise<string> {
    const grant = readMemoryAddress(address, { method: "PUT", nowMs: this.clock.wallMs() });
    if (bytes.length !== grant.bytes) throw new ObjectsRefused("AccessDenied", "the address permits another length");
    return this.uploads.receive(grant, bytes);
  }
}
