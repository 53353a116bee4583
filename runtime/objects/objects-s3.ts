// The object store over any S3 server, by endpoint and keys.

import type { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Clock } from "../base/clock.ts";
import type { ObjectStoreConfig } from "../config/objects.ts";
import { attachment } from "./attachment.ts";
import { requireKey } from "./object-keys.ts";
import {
  type ByteRange,
  ObjectMissing,
  type Objects,
  ObjectsAway,
  ObjectsRefused,
  type PutOptions,
} from "./objects.ts";
import { bodyStream } from "./s3-body.ts";
import { S3Requests } from "./s3-requests.ts";
import { S3Uploads } from "./s3-uploads.ts";

const LIST_MAX = 1_000;
/** In one request, S3's limit. */
const REMOVE_MAX = 1_000;
const UNKNOWN_TYPE = "application/octet-stream";

export function connectObjects({ config, clock }: { config: ObjectStoreConfig; clock: Clock }): S3Objects {
  return new S3Objects(new S3Requests({ config, clock }));
}

export class S3Objects implements Objects {
  readonly uploads: S3Uploads;

  constructor(private readonly requests: S3Requests) {
    this.uploads = new S3Uploads(requests);
  }

  get #bucket() {
    return this.requests.bucket;
  }

  async put(key: string, bytes: Uint8Array, { contentType, cacheControl, sha256 }: PutOptions) {
    requireKey(key);
    const command = new PutObjectCommand({
      ...{ Bucket: this.#bucket, Key: key, Body: bytes, ContentLength: bytes.length, ContentType: contentType },
      ...(cacheControl !== undefined && { CacheControl: cacheControl }),
    });
    // The signature covers this digest, and the server compares it with what arrives (AWS: SigV4, payload hash).
    if (sha256) this.requests.setHeader(command, "x-amz-content-sha256", Buffer.from(sha256).toString("hex"));
    await this.requests.send("put", command, { sentBytes: bytes.length });
  }

  async copy(from: string, to: string) {
    requireKey(from);
    requireKey(to);
    const CopySource = `${this.#bucket}/${from}`;
    await this.requests.send("copy", new CopyObjectCommand({ Bucket: this.#bucket, Key: to, CopySource }));
  }

  async get(key: string, range?: ByteRange) {
    requireKey(key);
    return this.requests.run("get", {}, async (send) => {
      const answer = await send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...rangeOf(range) }));
      const bytes = await answer.Body!.transformToByteArray();
      if (bytes.length !== answer.ContentLength) throw new ObjectsAway("the body broke off");
      return bytes;
    });
  }

  async open(key: string, range?: ByteRange) {
    requireKey(key);
    return this.requests.run("open", {}, async (send, hold) => {
      const answer = await send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...rangeOf(range) }));
      const bytes = answer.ContentLength ?? 0;
      const { stream, ended } = bodyStream(answer.Body as Readable, { bytes, clock: this.requests.clock });
      hold(ended);
      return { stream, bytes, contentType: answer.ContentType ?? UNKNOWN_TYPE };
    });
  }

  async look(key: string) {
    requireKey(key);
    try {
      const answer = await this.requests.send("look", new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      const { ContentLength = 0, ContentType = UNKNOWN_TYPE, LastModified } = answer;
      return { key, bytes: ContentLength, contentType: ContentType, modifiedAtMs: LastModified?.getTime() ?? 0 };
    } catch (error) {
      if (error instanceof ObjectMissing) return null;
      throw error;
    }
  }

  async remove(keys: readonly string[]) {
    for (const key of keys) requireKey(key);
    for (let from = 0; from < keys.length; from += REMOVE_MAX) {
      const Objects = keys.slice(from, from + REMOVE_MAX).map((Key) => ({ Key }));
      const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } });
      this.requests.addContentMd5(command);
      const { Errors = [] } = await this.requests.send("remove", command);
      const failed = Errors.find(({ Code }) => Code !== "NoSuchKey");
      if (!failed) continue;
      const { Code = "InternalError", Message = "an object was not removed" } = failed;
      if (["InternalError", "SlowDown", "ServiceUnavailable"].includes(Code)) throw new ObjectsAway(Message);
      throw new ObjectsRefused(Code, Message);
    }
  }

  async list(prefix: string, { after, limit = LIST_MAX }: { after?: string; limit?: number } = {}) {
    const answer = await this.requests.send(
      "list",
      new ListObjectsV2Command({
        ...{ Bucket: this.#bucket, Prefix: prefix, MaxKeys: Math.min(limit, LIST_MAX) },
        ...(after && { StartAfter: after }),
      }),
    );
    const items = (answer.Contents ?? []).map(({ Key = "", Size = 0, LastModified }) => ({
      ...{ key: Key, bytes: Size, modifiedAtMs: LastModified?.getTime() ?? 0 },
    }));
    return { items, more: answer.IsTruncated ?? false };
  }

  async signGet(key: string, { expiresInS, fileName }: { expiresInS: number; fileName?: string }) {
    requireKey(key);
    const query = fileName === undefined ? {} : { "response-content-disposition": attachment(fileName) };
    return this.requests.sign({ method: "GET", key, query, expiresInS, nowMs: this.requests.clock.wallMs() });
  }

  /** Closes the connections. */
  stop() {
    this.requests.stop();
  }
}

const rangeOf = (range: ByteRange | undefined) => (range ? { Range: `bytes=${range.from}-${range.to}` } : {});
