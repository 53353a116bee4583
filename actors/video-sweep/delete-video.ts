// Deletes a video that is a tombstone: its objects, then its rows, then the tombstone itself. Each step may be the last one before a kill, and
// the next run goes on where it ended: what is still there says what is left to do.

import type { Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import { removeSegmentRows, removeVideoRow } from "#schema/queries/videos/deletion.ts";
import { uploadKey, videoPrefix } from "#schema/wire/video-keys.ts";

/** Objects of one request, S3's limit. */
const OBJECTS_MAX = 1_000;
/** Rows of one statement, far below the statement's time. */
const ROWS_MAX = 5_000;

interface Parts {
  sql: Sql;
  objects: Pick<Objects, "list" | "remove" | "uploads">;
}

/** One step. `more`: call it again. Rejects while the object store or the database is away: nothing is lost by trying again later. */
export async function deletionStep({ sql, objects }: Parts, videoId: string): Promise<"more" | "done"> {
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

async function abortUploads({ uploads }: Parts["objects"], videoId: string) {
  const key = uploadKey(videoId);
  for (const pending of await uploads.pending(key)) if (pending.key === key) await uploads.abort(pending);
}
