// A segment on its way into the object store.

import type { SegmentEntry } from "#schema/queries/videos/recording.ts";
import type { MadeSegment } from "../packager/shelf/made.ts";

export interface Entry {
  /** As its row will be. */
  row: SegmentEntry;
  /** Null: a gap, or media that is stored already. */
  body: Body | null;
}

export type Body = { in: "memory"; chunks: Uint8Array[] } | { in: "spool"; file: string };

/** The entry of a segment that this owner made. */
export function entryOf({ media, ...segment }: MadeSegment, epoch: number): Entry {
  const { init, chunks, bytes } = media ?? {};
  if (!init || !chunks || bytes === undefined) return { row: { ...segment, epoch, media: null }, body: null };
  const digest = new Bun.CryptoHasher("sha256");
  for (const chunk of chunks) digest.update(chunk);
  const sha256 = new Uint8Array(digest.digest());
  return { row: { ...segment, epoch, media: { initHash: init.hash, bytes, sha256 } }, body: { in: "memory", chunks } };
}

/** The same number as a gap: its media is lost. */
export const asGap = ({ row }: Entry): Entry => ({ row: { ...row, media: null }, body: null });

export const bytesInMemory = ({ row, body }: Entry) => (body?.in === "memory" ? (row.media?.bytes ?? 0) : 0);
