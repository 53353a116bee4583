// Each node sweeps the videos of the instance now and then: two at once do no harm, and none is missed while any node lives. Where there is
// an object store, there is the actor of the orphan sweep too.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { ensureOrphanSweep } from "#schema/queries/videos/orphans.ts";
import { type SweepParts, sweepVideos } from "./sweep.ts";

const SWEEP_MS = 60_000;

/** Sweeps until it is stopped. */
export function keepSweeping(parts: SweepParts & { clock: Clock; log: Log }): () => void {
  const { clock, log, sql } = parts;
  const sweep = async () => {
    await ensureOrphanSweep(sql);
    await sweepVideos(parts);
  };
  return every(clock, SWEEP_MS, () =>
    sweep().catch((error) => log.warn({ reason: reason(error) }, "videos are swept later")),
  );
}
