// Compares the objects of one video with its rows, page by page: what no row names goes, what a row names and is not there is reported.
// Nothing is changed in the rows: a store that has lost objects may get them back from a copy.

import { Counter } from "#runtime/base/metrics.ts";
import { namedObjects, objectsNamed } from "#schema/queries/videos/orphans.ts";
import { readVideoKey, videoPrefix } from "#schema/wire/video-keys.ts";
import { isOld, removeOrphans, type WalkParts } from "./parts.ts";

export interface Comparison {
  videoId: string;
  /** The last key that was looked at; null: none yet. */
  after: string | null;
  /** Objects that its rows named when it began. */
  named: number;
  /** Those of them that were there, with the bytes that their rows say. */
  found: number;
}

const missing = new Counter({
  name: "video_objects_missing_total",
  help: "Objects that a row names and that the object store does not have, or with other bytes; each sweep counts them again",
});

/** Null: nobody needs to compare it, or no longer. */
export async function beginComparison({ sql }: WalkParts, videoId: string): Promise<Comparison | null> {
  const named = await objectsNamed(sql, videoId);
  return named === null ? null : { videoId, after: null, named, found: 0 };
}

/** Null: it is done. */
export async function comparePage(parts: WalkParts, comparison: Comparison): Promise<Comparison | null> {
  const { sql, objects } = parts;
  const { videoId, after, found } = comparison;
  const { items, more } = await objects.list(videoPrefix(videoId), after === null ? {} : { after });
  const read = items.flatMap((item) => {
    const object = readVideoKey(videoId, item.key);
    return object ? [{ item, object }] : [];
  });
  const named = await namedObjects(
    sql,
    videoId,
    read.map(({ object }) => object),
  );
  const orphans = read.map(({ item }) => item).filter((item) => !named.has(item.key) && isOld(item, parts));
  // Of a video that is deleted meanwhile no row names anything: its deletion removes what is left.
  await removeOrphans(orphans, parts);
  const whole = items.filter(({ key, bytes }) => named.has(key) && (named.get(key) ?? bytes) === bytes);
  const next = { ...comparison, after: items.at(-1)?.key ?? after, found: found + whole.length };
  if (more) return next;
  await report(parts, next);
  return null;
}

async function report({ sql, log }: WalkParts, { videoId, named, found }: Comparison) {
  // What was deleted meanwhile has lost nothing.
  if (found >= named || (await objectsNamed(sql, videoId)) === null) return;
  missing.inc(named - found);
  log.error({ video: videoId, missing: named - found, of: named }, "objects of a video are missing: see `verify`");
}
