// Compares a video's rows with its objects, in both directions.

import { ObjectMissing, type Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import {
  pictureKeys,
  type StoredSegment,
  storedInits,
  storedSegments,
  storedVideo,
} from "#schema/queries/videos/stored.ts";
import { videoKey, videoPrefix } from "#schema/wire/video-keys.ts";

/** `missing`: a row without its object. `size`, `digest`: it has other bytes. `init`: segments name an init segment without a row. `orphan`: an
 *  object without a row. */
export type FaultKind = "missing" | "size" | "digest" | "init" | "orphan";

export interface VerifyFault {
  kind: FaultKind;
  key: string;
  detail: string;
}

export interface Verification {
  title: string;
  segments: number;
  inits: number;
  objects: number;
  bytes: number;
  /** In the order of rows, then of keys. */
  faults: VerifyFault[];
}

/** Faults above are not listed: a video that lost its bucket has one for each segment. */
const FAULTS_MAX = 10_000;
const ROWS = 2_000;

interface VerifyParts {
  sql: Sql;
  objects: Pick<Objects, "list" | "get">;
  videoId: string;
  /** Reads every object and compares its SHA-256, instead of the size alone. */
  deep: boolean;
}

/** Null: no such video. */
export async function verifyVideo({ sql, objects, videoId, deep }: VerifyParts): Promise<Verification | null> {
  const video = await storedVideo(sql, videoId);
  if (!video) return null;
  // Objects first: what is recorded meanwhile has its object before its row, and must not count as missing.
  const rowsBefore = await segmentsOf(sql, videoId);
  const stored = await objectsOf(objects, videoId);
  const faults: VerifyFault[] = [];
  const fault = (kind: FaultKind, key: string, detail: string) =>
    faults.length < FAULTS_MAX && faults.push({ kind, key, detail });
  const known = new Set<string>();
  let bytes = 0;

  for (const segment of rowsBefore) {
    const key = videoKey.segment(videoId, segment.rendition, segment);
    known.add(key);
    bytes += segment.bytes;
    if (isThere(key, segment.bytes) && deep) await compare(key, segment.sha256);
  }
  const inits = await storedInits(sql, videoId);
  for (const { rendition, hash, bytes } of inits) {
    const key = videoKey.init(videoId, rendition, hash);
    known.add(key);
    if (bytes === null) fault("init", key, "segments name it, and it has no row");
    else isThere(key, bytes);
  }
  for (const key of pictureKeys(video)) {
    known.add(key);
    if (!stored.has(key)) fault("missing", key, "the video says that it has this picture");
  }
  // What was stored while we looked has its row by now.
  const late = video.status === "recording" ? await segmentsOf(sql, videoId) : [];
  for (const segment of late) known.add(videoKey.segment(videoId, segment.rendition, segment));
  for (const [key, size] of stored) if (!known.has(key)) fault("orphan", key, `${size} bytes without a row`);
  return { title: video.title, segments: rowsBefore.length, inits: inits.length, objects: stored.size, bytes, faults };

  function isThere(key: string, expected: number): boolean {
    const size = stored.get(key);
    if (size === undefined) fault("missing", key, `${expected} bytes by its row`);
    else if (size !== expected) fault("size", key, `${size} bytes instead of ${expected}`);
    return size === expected;
  }

  async function compare(key: string, expected: Uint8Array | null) {
    if (!expected) return void fault("digest", key, "its row has no SHA-256");
    try {
      const digest = new Bun.CryptoHasher("sha256").update(await objects.get(key)).digest();
      if (!digest.equals(Buffer.from(expected))) fault("digest", key, `SHA-256 ${digest.toString("hex")}`);
    } catch (error) {
      if (!(error instanceof ObjectMissing)) throw error;
      fault("missing", key, "it went while it was looked at");
    }
  }
}

async function segmentsOf(sql: Sql, videoId: string): Promise<StoredSegment[]> {
  const all: StoredSegment[] = [];
  for (;;) {
    const page = await storedSegments(sql, { videoId, after: all.at(-1) ?? null, limit: ROWS });
    all.push(...page);
    if (page.length < ROWS) return all;
  }
}

/** Sizes by key. */
async function objectsOf(objects: Pick<Objects, "list">, videoId: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  let after: string | undefined;
  for (;;) {
    const { items, more } = await objects.list(videoPrefix(videoId), after === undefined ? {} : { after });
    for (const { key, bytes } of items) sizes.set(key, bytes);
    after = items.at(-1)?.key;
    if (!more || after === undefined) return sizes;
  }
}
