// Takes the body of a request: decodes it, counts and digests it, and refuses what is not as the request says.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsChunked } from "./aws-chunked.ts";
import type { Bodies, Body } from "./bodies.ts";
import type { Pace } from "./faults.ts";
import { S3Error } from "./s3-error.ts";
import { UNSIGNED } from "./signature.ts";

/** Of one object or part. */
const BYTES_MAX = 5 * 1024 * 1024 * 1024;
/** Of a document. */
const XML_BYTES_MAX = 8 * 1024 * 1024;

export interface Received extends Body {
  md5: string;
  /** Base64. */
  crc32: string;
}

interface Request {
  headers: Headers;
  body: AsyncIterable<Uint8Array>;
  /** What the signature says of the body: a SHA-256, or a word. */
  payload: string;
  pace: Pace;
}

/** Writes the body. Throws S3Error and leaves nothing when it breaks off, or is not as long or not what the request says. */
export async function receive(request: Request, bodies: Bodies): Promise<Received> {
  const digests = new Digests();
  const id = await bodies.write(checked(request, digests));
  return { id, bytes: digests.bytes, md5: digests.md5(), crc32: digests.crc32() };
}

/** The body as text. Throws as `receive`. */
export async function receiveText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of checked(request, new Digests())) {
    bytes += chunk.length;
    if (bytes > XML_BYTES_MAX) throw new S3Error("EntityTooLarge");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The payload. Throws at its end when something is wrong, so that the writer removes what it has written. */
async function* checked({ headers, body, payload, pace }: Request, digests: Digests): AsyncGenerator<Uint8Array> {
  const coded = payload.startsWith("STREAMING-") || (headers.get("content-encoding") ?? "").includes("aws-chunked");
  if (payload.startsWith("STREAMING-AWS4"))
    throw new S3Error("NotImplemented", "signed chunks are not known: send STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  const wanted = headers.get(coded ? "x-amz-decoded-content-length" : "content-length");
  if (wanted === null) throw new S3Error("MissingContentLength");
  if (Number(wanted) > BYTES_MAX) throw new S3Error("EntityTooLarge");
  const decoder = coded ? new AwsChunked() : null;
  for await (const bytes of body) {
    await pace.take(bytes.length);
    for (const chunk of decoder?.push(bytes) ?? [bytes]) {
      digests.take(chunk);
      yield chunk;
    }
  }
  if (digests.bytes !== Number(wanted) || decoder?.ended === false)
    throw new S3Error("IncompleteBody", `${digests.bytes} of ${wanted} bytes came`);
  digests.require({ payload, said: (name) => headers.get(name) ?? decoder?.trailers[name] ?? null });
}

class Digests {
  bytes = 0;
  #crc32 = 0;
  readonly #md5 = createHash("md5");
  readonly #sha256 = createHash("sha256");
  #done: { md5: Buffer; sha256: Buffer } | null = null;

  take(chunk: Uint8Array) {
    this.bytes += chunk.length;
    this.#crc32 = crc32(chunk, this.#crc32);
    this.#md5.update(chunk);
    this.#sha256.update(chunk);
  }

  #digests() {
    this.#done ??= { md5: this.#md5.digest(), sha256: this.#sha256.digest() };
    return this.#done;
  }

  md5() {
    return this.#digests().md5.toString("hex");
  }

  crc32() {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#crc32 >>> 0);
    return bytes.toString("base64");
  }

  require({ payload, said }: { payload: string; said(name: string): string | null }) {
    const { md5, sha256 } = this.#digests();
    if (payload !== UNSIGNED && !payload.startsWith("STREAMING-") && payload !== sha256.toString("hex"))
      throw new S3Error("XAmzContentSHA256Mismatch", "the body has another SHA-256");
    const ours: Record<string, string> = {
      "content-md5": md5.toString("base64"),
      "x-amz-checksum-crc32": this.crc32(),
      "x-amz-checksum-sha256": sha256.toString("base64"),
    };
    for (const [name, value] of Object.entries(ours)) {
      const given = said(name);
      if (given !== null && given !== value) throw new S3Error("BadDigest", `${name} is another`);
    }
  }
}
