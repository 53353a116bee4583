// Whether this is the database that the cluster has always had. One that was restored or copied gives epochs a second time, so nodes refuse it
// until `npm run ops -- raise-epochs` has raised them (ops/decisions/0042-backups.md).
//
//   same identity, same timeline       ours
//   same identity, another timeline    a fail-over, if a node that lived through it says that nothing is lost; else restored
//   another identity                   restored from a dump, copied or upgraded

import type { Lineage, LineageReading } from "#schema/queries/cluster/lineage.ts";
import { type Clock, every } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";

/** Exit code of a node that refuses the database: that of wrong settings, since another try would not help. */
export const FOREIGN_DATABASE_CODE = 78;

export interface LineageSource {
  /** Null: the server does not tell. Throws while the store is away. */
  read(): Promise<LineageReading | null>;
  follow(change: { identity: string; from: number; to: number }): Promise<void>;
}

/** The database was restored or copied, and its epochs were not raised. The message is for the operator. */
export class ForeignDatabase extends Error {
  override readonly name = "ForeignDatabase";
  constructor({ kept, here }: { kept: Lineage; here: Lineage }) {
    const found =
      kept.identity !== here.identity
        ? `it says that it is ${kept.identity}, and is ${here.identity}`
        : kept.timeline === 0
          ? "a node has seen that commits were lost"
          : `it was on timeline ${kept.timeline}, and is on ${here.timeline}`;
    super(
      `this database was restored or copied, and its epochs were not raised (${found}): stop all actor nodes, run \`npm run ops -- raise-epochs\`, and start them`,
    );
  }
}

export type LineageVerdict = "ours" | "other timeline" | "other";

export function judgeLineage({ kept, here }: Pick<LineageReading, "kept" | "here">): LineageVerdict {
  if (!kept) return "ours"; // It was migrated on a server that did not tell.
  if (kept.identity !== here.identity || kept.timeline === 0) return "other";
  return kept.timeline === here.timeline ? "ours" : "other timeline";
}

interface LineageOptions {
  source: LineageSource;
  clock: Clock;
  log: Pick<Log, "info" | "warn" | "error">;
}

const RETRY_MS = 500;
/** After a fail-over another node may be about to say that nothing is lost. */
const WITNESS_MS = 30_000;

/** Resolves once the database is known to be ours. While the store is away it waits. Throws ForeignDatabase. */
export async function requireOurDatabase({ source, clock, log }: LineageOptions): Promise<void> {
  let otherSinceMs: number | null = null;
  let saidAway = false;
  for (;;) {
    try {
      const reading = await source.read();
      if (!reading) return log.warn("the database does not say which one it is: a restored one is not noticed");
      const verdict = judgeLineage(reading);
      if (verdict === "ours") return;
      otherSinceMs ??= clock.monoMs();
      if (verdict === "other" || clock.monoMs() - otherSinceMs >= WITNESS_MS)
        throw new ForeignDatabase({ kept: reading.kept!, here: reading.here });
    } catch (error) {
      if (error instanceof ForeignDatabase) throw error;
      if (!saidAway) log.warn({ reason: reason(error) }, "the database is not known yet");
      saidAway = true;
    }
    await clock.sleep(RETRY_MS);
  }
}

const WATCH_MS = 2_000;

interface WatchOptions extends LineageOptions {
  onForeign(error: ForeignDatabase): void;
}

/**
 * Watches the database of a running actor node, for which `requireOurDatabase` has resolved. After a fail-over the node is a witness: its
 * heartbeats are counted, and it ends when the count goes back (placement.ts). So if it still runs after another heartbeat, no commit that it
 * knows of is lost, and it writes the new timeline down. Returns stop.
 */
export function watchDatabase({ source, clock, log, onForeign }: WatchOptions): () => void {
  /** On the new timeline: what it is, and the heartbeats that were counted when it was first seen. */
  let seen: { timeline: number; beats: number } | null = null;
  const stop = every(clock, WATCH_MS, async () => {
    const reading = await source.read().catch(() => null);
    if (!reading) return;
    const verdict = judgeLineage(reading);
    const { kept, here, beats } = reading;
    if (verdict === "other") {
      stop();
      return onForeign(new ForeignDatabase({ kept: kept!, here }));
    }
    if (verdict === "ours") seen = null;
    else if (beats === null)
      return; // This node has left, or is about to end.
    else if (seen?.timeline !== here.timeline) seen = { timeline: here.timeline, beats };
    else if (beats > seen.beats) {
      await source.follow({ identity: here.identity, from: kept!.timeline, to: here.timeline }).catch(() => {});
      log.info({ from: kept!.timeline, to: here.timeline }, "database failed over, nothing is lost");
    }
  });
  return stop;
}
