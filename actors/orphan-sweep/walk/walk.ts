// One walk through the bucket and the rows of videos, in small steps. A place says what is left to do, so that a walk goes on anywhere.
//
//   uploads ─► parts ─► videos ─► rows ─► end

import { settledVideoAfter } from "#schema/queries/videos/orphans.ts";
import { beginComparison, type Comparison, comparePage } from "./comparison.ts";
import type { WalkParts } from "./parts.ts";
import { abortOldUploads, sweepUploadObjects, sweepVideoObjects } from "./strangers.ts";

export type Place =
  /** Objects of videos that are not there. `after`: the last key; null: none yet. */
  | { in: "uploads" | "videos"; after: string | null }
  /** Multipart uploads that nobody completed. */
  | { in: "parts" }
  /** Videos by their ids. `after`: the last one that is done; null: none yet. */
  | { in: "rows"; after: string | null; comparing: Comparison | null };

export const BEGINNING: Place = { in: "uploads", after: null };

/** At most one page of a thousand objects. Null: the walk is at its end. Rejects while a store is away; again at the same place does no harm. */
export async function step(parts: WalkParts, place: Place): Promise<Place | null> {
  switch (place.in) {
    case "uploads": {
      const after = await sweepUploadObjects(parts, place.after);
      return after === null ? { in: "parts" } : { in: "uploads", after };
    }
    case "parts":
      await abortOldUploads(parts);
      return { in: "videos", after: null };
    case "videos": {
      const after = await sweepVideoObjects(parts, place.after);
      return after === null ? { in: "rows", after: null, comparing: null } : { in: "videos", after };
    }
    case "rows":
      return stepInRows(parts, place);
  }
}

async function stepInRows(parts: WalkParts, place: Extract<Place, { in: "rows" }>): Promise<Place | null> {
  if (place.comparing) return { ...place, comparing: await comparePage(parts, place.comparing) };
  const videoId = await settledVideoAfter(parts.sql, place.after);
  if (videoId === null) return null;
  return { in: "rows", after: videoId, comparing: await beginComparison(parts, videoId) };
}
