// Multipart uploads over S3.

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
} from "@aws-sdk/client-s3";
import { requireCompletable, requirePartNumber } from "./multipart-rules.ts";
import { requireKey } from "./object-keys.ts";
import { ObjectMissing, type UploadPart, type Uploads } from "./objects.ts";
import type { S3Requests } from "./s3-requests.ts";

/** AWS copies no bytes, others do. */
const COMPLETE_WITHIN_MS = 120_000;
/** Pages of a thousand. An upload has ten at most; of more unfinished uploads than that, the first are shown. */
const PAGES_MAX = 10;

interface Upload {
  key: string;
  uploadId: string;
}

export class S3Uploads implements Uploads {
  constructor(private readonly requests: S3Requests) {}

  #place({ key, uploadId }: Upload) {
    return { Bucket: this.requests.bucket, Key: key, UploadId: uploadId };
  }

  async begin(key: string, { contentType }: { contentType: string }) {
    requireKey(key);
    const command = new CreateMultipartUploadCommand({
      ...{ Bucket: this.requests.bucket, Key: key, ContentType: contentType },
    });
    const { UploadId } = await this.requests.send("uploads.begin", command, { repeatable: false });
    return UploadId!;
  }

  async signPart({
    number,
    bytes,
    expiresInS,
    ...upload
  }: Upload & { number: number; bytes: number; expiresInS: number }) {
    requireKey(upload.key);
    requirePartNumber(number);
    const query = { partNumber: String(number), uploadId: upload.uploadId };
    return this.requests.sign({
      method: "PUT",
      key: upload.key,
      query,
      bytes,
      expiresInS,
      nowMs: this.requests.clock.wallMs(),
    });
  }

  async parts(upload: Upload) {
    const found: UploadPart[] = [];
    let marker: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const command = new ListPartsCommand({ ...this.#place(upload), ...(marker && { PartNumberMarker: marker }) });
      const answer = await this.requests.send("uploads.parts", command);
      for (const { PartNumber = 0, Size = 0, ETag = "" } of answer.Parts ?? [])
        found.push({ number: PartNumber, bytes: Size, etag: ETag });
      marker = answer.NextPartNumberMarker;
      if (!answer.IsTruncated || !marker) break;
    }
    return found;
  }

  async complete({ parts, ...upload }: Upload & { parts: readonly UploadPart[] }) {
    requireCompletable(parts);
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    const command = new CompleteMultipartUploadCommand({ ...this.#place(upload), MultipartUpload: { Parts } });
    await this.requests.send("uploads.complete", command, { withinMs: COMPLETE_WITHIN_MS, repeatable: false });
  }

  async abort(upload: Upload) {
    try {
      await this.requests.send("uploads.abort", new AbortMultipartUploadCommand(this.#place(upload)));
    } catch (error) {
      if (!(error instanceof ObjectMissing)) throw error;
    }
  }

  async pending(prefix: string) {
    const found: { key: string; uploadId: string; begunAtMs: number }[] = [];
    let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (let page = 0; page < PAGES_MAX; page++) {
      const command = new ListMultipartUploadsCommand({ Bucket: this.requests.bucket, Prefix: prefix, ...markers });
      const answer = await this.requests.send("uploads.pending", command);
      for (const { Key = "", UploadId = "", Initiated } of answer.Uploads ?? [])
        found.push({ key: Key, uploadId: UploadId, begunAtMs: Initiated?.getTime() ?? 0 });
      const { NextKeyMarker, NextUploadIdMarker } = answer;
      if (!answer.IsTruncated || !NextKeyMarker) break;
      markers = { KeyMarker: NextKeyMarker, ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }) };
    }
    return found;
  }
}
