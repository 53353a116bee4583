// Objects of videos that are not there, by their keys: what a deletion left behind, and what a restore of the database has forgotten.

import type { ObjectInfo } from "#runtime/objects/objects.ts";
import { awaitedUploads, knownVideos } from "#schema/queries/videos/orphans.ts";
import { OBJECT_PREFIX, videoIdIn } from "#schema/wire/object-prefixes.ts";
import { behindVideo } from "#schema/wire/video-keys.ts";
import { isOld, removeOrphans, type WalkParts } from "./parts.ts";

const PAGE = 1_000;

/** The next page of objects below `videos/`. Returns behind which key to go on; null: this was the last page. */
export async function sweepVideoObjects(parts: WalkParts, after: string | null): Promise<string | null> {
  const { sql, objects } = parts;
  const { items, more } = await objects.list(OBJECT_PREFIX.videos, { limit: PAGE, ...(after !== null && { after }) });
  const known = await knownVideos(sql, idsOf(items));
  await removeOrphans(strangersIn(items, known, parts), parts);
  const last = items.at(-1);
  if (!more || !last) return null;
  const videoId = videoIdIn(last.key);
  // The rest of a known video is not looked at here: its rows are compared with it.
  return videoId !== null && known.has(videoId) ? behindVideo(videoId) : last.key;
}

/** The same below `uploads/`. */
export async function sweepUploadObjects(parts: WalkParts, after: string | null): Promise<string | null> {
  const { sql, objects } = parts;
  const { items, more } = await objects.list(OBJECT_PREFIX.uploads, { limit: PAGE, ...(after !== null && { after }) });
  await removeOrphans(strangersIn(items, await awaitedUploads(sql, idsOf(items)), parts), parts);
  return more ? (items.at(-1)?.key ?? null) : null;
}

/** Parts of uploads that nobody waits for. */
export async function abortOldUploads({ sql, objects, ...parts }: WalkParts): Promise<void> {
  const pending = await objects.uploads.pending(OBJECT_PREFIX.uploads);
  const awaited = await awaitedUploads(sql, idsOf(pending));
  for (const upload of pending) {
    const old = isOld({ modifiedAtMs: upload.begunAtMs }, { sql, objects, ...parts });
    const videoId = videoIdIn(upload.key);
    if (old && videoId !== null && !awaited.has(videoId)) await objects.uploads.abort(upload);
  }
}

const idsOf = (items: readonly { key: string }[]) => [
  ...new Set(items.map(({ key }) => videoIdIn(key)).filter((id) => id !== null)),
];

/** Keys that no video can have are another part's, and stay. */
const strangersIn = (items: readonly ObjectInfo[], known: ReadonlySet<string>, parts: WalkParts) =>
  items.filter((item) => {
    const videoId = videoIdIn(item.key);
    return videoId !== null && !known.has(videoId) && isOld(item, parts);
  });
