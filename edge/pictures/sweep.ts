// Removes the objects of pictures that were replaced, taken away, or of deleted accounts. Each edge does it now and then: two at once do no
// harm, and none is missed while any edge lives.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import { endRemoval, removalsDue } from "#schema/queries/pictures/pictures.ts";
import { pictureObjectsRemoved } from "./metrics.ts";

/** Open pages still show the picture before for so long, and an edge may be storing one. Longer than any request takes. */
const OBJECTS_STAY_MS = 600_000;
const SWEEP_MS = 60_000;
/** Of one sweep; the next one goes on. */
const REMOVALS_MAX = 100;
const OBJECTS_MAX = 1_000;

interface SweepParts {
  sql: Sql;
  objects: Pick<Objects, "list" | "remove">;
  /** For tests. */
  objectsStayMs?: number;
}

/** Rejects while a store is away; the next sweep goes on. */
export async function sweepPictures({ sql, objects, objectsStayMs = OBJECTS_STAY_MS }: SweepParts): Promise<void> {
  for (const prefix of await removalsDue(sql, { olderThanMs: objectsStayMs, limit: REMOVALS_MAX })) {
    const { items, more } = await objects.list(prefix, { limit: OBJECTS_MAX });
    if (items.length > 0) await objects.remove(items.map(({ key }) => key));
    pictureObjectsRemoved.inc(items.length);
    // What is left of an account with thousands of them goes with the next sweep.
    if (!more) await endRemoval(sql, prefix, { olderThanMs: objectsStayMs });
  }
}

/** Returns stop. */
export function keepSweepingPictures(parts: SweepParts & { clock: Clock; log: Log }): () => void {
  const { clock, log } = parts;
  return poll({ clock, log, everyMs: SWEEP_MS, failure: "pictures are swept later", look: () => sweepPictures(parts) });
}
