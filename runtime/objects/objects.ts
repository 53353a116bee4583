// Where recordings, uploads and pictures are kept, as the rest of the system needs it.
// In production any S3 by endpoint and keys (objects-s3.ts), in tests a second implementation in memory (objects-memory.ts).

/** The store cannot be reached, did not answer in time, or asks for patience (5xx, 503 SlowDown). A put may or may not have taken effect. */
export class ObjectsAway extends Error {
  override readonly name = "ObjectsAway";
}

/** There is no such object, or no such upload. */
export class ObjectMissing extends Error {
  override readonly name = "ObjectMissing";
}

/** The store refuses for good: keys, digest, size, order of parts. `code` is S3's, such as `BadDigest`. */
export class ObjectsRefused extends Error {
  override readonly name = "ObjectsRefused";
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

export interface ObjectInfo {
  key: string;
  bytes: number;
  /** By the store's clock. */
  modifiedAtMs: number;
}

/** Bytes `from` to `to`, both included. */
export interface ByteRange {
  from: number;
  to: number;
}

export interface ObjectBody {
  /** Is read slowly by a slow reader; cancelled with it. */
  stream: ReadableStream<Uint8Array>;
  /** Of the range. */
  bytes: number;
  contentType: string;
}

export interface PutOptions {
  contentType: string;
  /** For answers to presigned and public requests. */
  cacheControl?: string;
  /** The store refuses other bytes. */
  sha256?: Uint8Array;
}

export interface UploadPart {
  /** From 1 to 10 000. */
  number: number;
  bytes: number;
  /** As the store wants it back when the upload is completed. */
  etag: string;
}

/** An object that arrives in parts, by S3's multipart upload. All but the last part have 5 MiB or more. */
export interface Uploads {
  begin(key: string, options: { contentType: string }): Promise<string>;
  /** An address to which whoever has it may PUT this part, of this length and no other, until it expires. Not a request. */
  signPart(upload: {
    key: string;
    uploadId: string;
    number: number;
    bytes: number;
    expiresInS: number;
  }): Promise<string>;
  /** The parts that have arrived, ascending. Throws ObjectMissing when the upload is over. */
  parts(upload: { key: string; uploadId: string }): Promise<UploadPart[]>;
  /** After ObjectsAway it may have taken effect: then the next call throws ObjectMissing, and the object is there. */
  complete(upload: { key: string; uploadId: string; parts: readonly UploadPart[] }): Promise<void>;
  /** Also when the upload is over. */
  abort(upload: { key: string; uploadId: string }): Promise<void>;
  /** Uploads that were begun and neither completed nor aborted. */
  pending(prefix: string): Promise<{ key: string; uploadId: string; begunAtMs: number }[]>;
}

/** Every method throws ObjectsAway and ObjectsRefused. Keys are ours: `a/b/c` of letters, digits, `.`, `_`, `-`. */
export interface Objects {
  /** Whole or not at all; replaces an object of the same key. */
  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<void>;
  /** Copies an object within the store, with its content type and cache control. Throws ObjectMissing: there is none to copy. */
  copy(from: string, to: string): Promise<void>;
  /** All of an object that fits into memory. Throws ObjectMissing. */
  get(key: string, range?: ByteRange): Promise<Uint8Array>;
  /** Throws ObjectMissing. */
  open(key: string, range?: ByteRange): Promise<ObjectBody>;
  /** Null: there is no such object. */
  look(key: string): Promise<(ObjectInfo & { contentType: string }) | null>;
  /** Absent ones are no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** In the order of keys, from the first key behind `after`. At most 1 000. */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<{ items: ObjectInfo[]; more: boolean }>;
  /** An address from which whoever has it may GET the object until it expires. Not a request. `fileName`: browsers save it under this name. */
  signGet(key: string, options: { expiresInS: number; fileName?: string }): Promise<string>;
  readonly uploads: Uploads;
}
