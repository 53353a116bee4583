// Multipart uploads of the object store in memory.

import type { Clock } from "../base/clock.ts";
import { memoryAddress } from "./memory-address.ts";
import { requireCompletable, requirePartNumber } from "./multipart-rules.ts";
import { requireKey } from "./object-keys.ts";
import { ObjectMissing, ObjectsRefused, type UploadPart, type Uploads } from "./objects.ts";

interface Begun {
  key: string;
  contentType: string;
  begunAtMs: number;
  parts: Map<number, { bytes: Uint8Array; etag: string }>;
}

interface MemoryUploadsOptions {
  clock: Clock;
  /** Runs one request, with the faults that a test wants. */
  run<T>(request: string, key: string, work: () => T): Promise<T>;
  store(key: string, bytes: Uint8Array, contentType: string): void;
}

interface Upload {
  key: string;
  uploadId: string;
}

export class MemoryUploads implements Uploads {
  /** By the upload's id. */
  readonly begun = new Map<string, Begun>();
  #nextId = 1;

  constructor(private readonly options: MemoryUploadsOptions) {}

  async begin(key: string, { contentType }: { contentType: string }) {
    requireKey(key);
    return this.options.run("uploads.begin", key, () => {
      const id = `upload-${this.#nextId++}`;
      this.begun.set(id, { key, contentType, begunAtMs: this.options.clock.wallMs(), parts: new Map() });
      return id;
    });
  }

  async signPart({ expiresInS, ...part }: Upload & { number: number; bytes: number; expiresInS: number }) {
    requireKey(part.key);
    requirePartNumber(part.number);
    const expiresAtMs = this.options.clock.wallMs() + expiresInS * 1_000;
    return memoryAddress({ method: "PUT", expiresAtMs, ...part });
  }

  /** Takes a part, in place of an earlier one of its number. Answers its etag. */
  receive({ key, uploadId, number }: Upload & { number: number }, bytes: Uint8Array): Promise<string> {
    return this.options.run("uploads.part", key, () => {
      const etag = `"${new Bun.CryptoHasher("md5").update(bytes).digest("hex")}"`;
      this.#find({ key, uploadId }).parts.set(number, { bytes: new Uint8Array(bytes), etag });
      return etag;
    });
  }

  parts(upload: Upload) {
    return this.options.run("uploads.parts", upload.key, () =>
      [...this.#find(upload).parts]
        .map(([number, { bytes, etag }]): UploadPart => ({ number, bytes: bytes.length, etag }))
        .sort((a, b) => a.number - b.number),
    );
  }

  complete({ key, uploadId, parts }: Upload & { parts: readonly UploadPart[] }) {
    return this.options.run("uploads.complete", key, () => {
      const upload = this.#find({ key, uploadId });
      const bodies = parts.map(({ number, etag }) => {
        const arrived = upload.parts.get(number);
        if (arrived?.etag !== etag) throw new ObjectsRefused("InvalidPart", `part ${number} has not arrived like that`);
        return arrived.bytes;
      });
      requireCompletable(parts.map((part, index) => ({ ...part, bytes: bodies[index]!.length })));
      this.options.store(key, Buffer.concat(bodies), upload.contentType);
      this.begun.delete(uploadId);
    });
  }

  abort({ key, uploadId }: Upload) {
    return this.options.run("uploads.abort", key, () => {
      if (this.begun.get(uploadId)?.key === key) this.begun.delete(uploadId);
    });
  }

  pending(prefix: string) {
    return this.options.run("uploads.pending", prefix, () =>
      [...this.begun]
        .filter(([, { key }]) => key.startsWith(prefix))
        .map(([uploadId, { key, begunAtMs }]) => ({ key, uploadId, begunAtMs })),
    );
  }

  #find({ key, uploadId }: Upload): Begun {
    const upload = this.begun.get(uploadId);
    if (upload?.key !== key) throw new ObjectMissing(`upload ${uploadId}`);
    return upload;
  }
}
