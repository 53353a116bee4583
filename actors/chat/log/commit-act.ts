// Stores the act in flight: with an entry that has a number, or as an aside without one.

import { reason } from "#runtime/base/log.ts";
import { StorePoisoned } from "#runtime/store/store.ts";
import { bisect, commitBatch } from "./commit-batch.ts";
import type { LogParts } from "./log-parts.ts";
import type { PendingAct } from "./pending.ts";
import type { Ring } from "./ring.ts";

export async function commitAct(parts: LogParts, act: PendingAct, ring: Ring): Promise<void> {
  const { room, store, channelId, epoch, flight, patience, publish } = parts;
  const made = room.make(act);
  if ("entry" in made || "line" in made) {
    flight.made = made;
    return commitBatch(parts, ring);
  }
  const { logId: id, by, atMs } = act;
  const aside = { channelId, epoch, id, at: new Date(atMs).toISOString(), by, ...made };
  const owned = await patience.untilKnown(() => store.aside(aside));
  if (owned === null) return;
  if (owned === false) return parts.fenced();
  if (owned instanceof StorePoisoned) return bisect(parts, reason(owned));
  const told = room.apply(made, act);
  if (told.length > 0) publish({ epoch, entries: [], told });
  flight.settle(() => ({ id, seq: 0 }));
}
