// Deletes a video that is a tombstone: its objects, then its rows, then the tombstone itself. Each step may be the last one before a kill, and
// the next run goes on where it ended: what is still there says what is left to do.

import type { Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import {
  clipIds,
  clipsOf,
  leaveToClips,
  removeOtherSegmentRows,
  segmentsOfClips,
} from "#schema/queries/clips/kept-segments.ts";
import { removeSegmentRows, removeVideoRow } from "#schema/queries/videos/deletion.ts";
import { THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";
import { uploadKey, videoKey, videoPrefix } from "#schema/wire/video-keys.ts";

/** Objects of one request, S3's limit. */
const OBJECTS_MAX = 1_000;
/** Rows of one statement, far below the statement's time. */
const ROWS_MAX = 5_000;

interface Parts {
  sql: Sql;
  objects: Pick<Objects, "list" | "remove" | "uploads">;
}

/** One step. `more`: call it again. `left to clips`: all is gone but what its clips need. Rejects while the object store or the database is
 *  away: nothing is lost by trying again later. */
export async function deletionStep(parts: Parts, videoId: string): Promise<"more" | "left to clips" | "done"> {
  const { sql, objects } = parts;
  const clips = await clipsOf(sql, videoId);
  if (clips > 0) return (await keepForClips(parts, videoId, clips)) ? "left to clips" : "more";
  const { items, more } = await objects.list(videoPrefix(videoId), { limit: OBJECTS_MAX });
  if (items.length > 0) {
    await objects.remove(items.map(({ key }) => key));
    // Listed once more even when this was all: an owner that was cut off may have stored one more.
    return "more";
  }
  if (more) throw new Error("a list that says that there is more has nothing");
  await abortUploads(objects, videoId);
  await objects.remove([uploadKey(videoId)]);
  if ((await removeSegmentRows(sql, videoId, ROWS_MAX)) === ROWS_MAX) return "more";
  await removeVideoRow(sql, videoId);
  return "done";
}

/** Removes what no clip needs. False: call it again. The pictures of the video stay, too: clips without one of their own are
 *  shown with them. */
async function keepForClips({ sql, objects }: Parts, videoId: string, clips: number): Promise<boolean> {
  const kept = new Set([
    videoKey.poster(videoId),
    ...THUMBNAIL_WIDTHS.map((width) => videoKey.thumbnail(videoId, width)),
  ]);
  for (const id of await clipIds(sql, videoId))
    for (const width of THUMBNAIL_WIDTHS) kept.add(videoKey.clipThumbnail(videoId, id, width));
  for (const { rendition, initHash, ...segment } of await segmentsOfClips(sql, videoId)) {
    kept.add(videoKey.segment(videoId, rendition, segment));
    kept.add(videoKey.init(videoId, rendition, initHash!));
  }
  for (let after: string | undefined; ; ) {
    const { items, more } = await objects.list(videoPrefix(videoId), { limit: OBJECTS_MAX, ...(after && { after }) });
    const others = items.map(({ key }) => key).filter((key) => !kept.has(key));
    if (others.length > 0) {
      await objects.remove(others);
      return false;
    }
    after = items.at(-1)?.key;
    if (!more) break;
  }
  await abortUploads(objects, videoId);
  await objects.remove([uploadKey(videoId)]);
  if ((await removeOtherSegmentRows(sql, videoId, ROWS_MAX)) === ROWS_MAX) return false;
  await leaveToClips(sql, videoId, clips);
  return true;
}

async function abortUploads({ uploads }: Parts["objects"], videoId: string) {
  const key = uploadKey(videoId);
  for (const pending of await uploads.pending(key)) if (pending.key === key) await uploads.abort(pending);
}
