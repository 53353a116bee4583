// Seals a stream: compressed (zstd, RFC 8878) and encrypted (AES-256-GCM, NIST SP 800-38D) in chunks, as the payload of age does it
// (age-encryption.org/v1, STREAM). Whoever reads it notices each changed, missing, doubled or exchanged chunk, and each missing end.
//
//   1 version · 8 key name · 32 salt · ( 4 length · sealed chunk · 16 tag )…
//
// The key is derived from the operator's key, the salt, and what the object is. The nonce is the number of the chunk, and says which is the last.

import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Random } from "#runtime/base/random.ts";
import { BackupFault } from "../fault.ts";
import { ByteSource, bytesOf, inChunks, streamOf } from "./byte-source.ts";
import { type BackupKeys, KEY_NAME_BYTES } from "./keys.ts";

const VERSION = 1;
const SALT_BYTES = 32;
const HEAD_BYTES = 1 + KEY_NAME_BYTES + SALT_BYTES;
const TAG_BYTES = 16;
/** Of what is sealed, before compression. All that is in memory at once. */
const CHUNK_BYTES = 1024 * 1024;
/** zstd makes a chunk that it cannot compress a little longer. */
const SEALED_BYTES_MAX = CHUNK_BYTES + 64 * 1024;
/** The fastest: most of a log's piece is empty. */
const LEVEL = 1;

interface Sealing {
  keys: BackupKeys;
  random: Pick<Random, "bytes">;
  /** What this is, such as the object's key: it opens as nothing else. */
  about: string;
}

export async function* seal(
  stream: AsyncIterable<Uint8Array>,
  { keys, random, about }: Sealing,
): AsyncGenerator<Uint8Array> {
  const salt = random.bytes(SALT_BYTES);
  const key = keys.objectKey({ name: keys.sealingName, salt, about });
  yield Buffer.concat([Uint8Array.of(VERSION), Buffer.from(keys.sealingName, "hex"), salt]);
  let number = 0;
  let held: Uint8Array | null = null;
  for await (const chunk of inChunks(stream, CHUNK_BYTES)) {
    if (held) yield await sealChunk(held, { key, number: number++, isLast: false });
    held = chunk;
  }
  yield await sealChunk(held!, { key, number, isLast: true });
}

/** Throws BackupFault: `wrong_key`, `damaged`. */
export async function* open(
  sealed: AsyncIterable<Uint8Array>,
  { keys, about }: Omit<Sealing, "random">,
): AsyncGenerator<Uint8Array> {
  const damaged = (what: string) => new BackupFault("damaged", `${about}: ${what}`);
  const source = new ByteSource(sealed);
  const head = await source.read(HEAD_BYTES);
  if (head.length < HEAD_BYTES || head[0] !== VERSION) throw damaged("it does not begin like a sealed object");
  const name = Buffer.from(head.subarray(1, 1 + KEY_NAME_BYTES)).toString("hex");
  const key = keys.objectKey({ name, salt: head.slice(1 + KEY_NAME_BYTES), about });
  for (let number = 0, isLast = false; !isLast; number++) {
    const length = Buffer.from(await source.read(4));
    if (length.length < 4) throw damaged("its end is missing");
    const bytes = length.readUInt32BE();
    if (bytes < TAG_BYTES || bytes > SEALED_BYTES_MAX) throw damaged("a chunk has an impossible length");
    // A copy, since the source may hand out a part of what it keeps.
    const chunk = Buffer.from(await source.read(bytes));
    if (chunk.length < bytes) throw damaged("its end is missing");
    isLast = await source.isAtEnd();
    const compressed = openChunk(chunk, { key, number, isLast });
    if (!compressed) throw damaged("it has other bytes than it was sealed with");
    yield await Bun.zstdDecompress(compressed);
  }
}

interface ChunkPlace {
  key: Uint8Array;
  number: number;
  isLast: boolean;
}

async function sealChunk(chunk: Uint8Array, { key, ...place }: ChunkPlace): Promise<Uint8Array> {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(place), { authTagLength: TAG_BYTES });
  const sealed = Buffer.concat([
    cipher.update(await Bun.zstdCompress(chunk, { level: LEVEL })),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed]);
}

function openChunk(sealed: Uint8Array, { key, ...place }: ChunkPlace): Buffer | null {
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(place), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null; // The tag does not match.
  }
}

/** 11 bytes of the chunk's number, then 1 for the last chunk. */
function nonceOf({ number, isLast }: Omit<ChunkPlace, "key">): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** For what fits into memory. */
export const sealBytes = (bytes: Uint8Array, sealing: Sealing) => bytesOf(seal(streamOf(bytes), sealing));
/** For what fits into memory. Throws as `open`. */
export const openBytes = (sealed: Uint8Array, opening: Omit<Sealing, "random">) =>
  bytesOf(open(streamOf(sealed), opening));
