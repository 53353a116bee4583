// Metrics of what an actor node runs, read when somebody asks for them.

import type { Clock } from "#runtime/base/clock.ts";
import { Gauge } from "#runtime/base/metrics.ts";
import type { LadderPlan } from "./channel/ladder-plan.ts";
import type { Sources } from "./channel/sources.ts";

interface NodeParts {
  clock: Clock;
  /** By broadcast. */
  packagers: ReadonlyMap<string, { bytes: number }>;
  sources: Sources;
  seconds: { size: number; bytes: number };
  ladderPlan: Pick<LadderPlan, "load">;
  /** Null: nothing is recorded. */
  spool: { bytes(): number; bytesMax: number } | null;
}

/** To be called once in a process. */
export function collectNodeMetrics(parts: NodeParts) {
  const { clock, packagers, sources, seconds, ladderPlan, spool } = parts;
  new Gauge({
    name: "broadcasts_running",
    help: "Broadcasts whose media this node keeps",
    collect() {
      this.set(packagers.size);
    },
  });
  new Gauge({
    name: "packager_memory_bytes",
    help: "Media of all broadcasts in memory",
    collect() {
      let bytes = 0;
      for (const packager of packagers.values()) bytes += packager.bytes;
      this.set(bytes);
    },
  });
  new Gauge({
    name: "intakes_running",
    help: "Sources that this node pulls from nginx-rtmp",
    collect() {
      this.set(sources.size);
    },
  });
  new Gauge({
    name: "warm_seconds_running",
    help: "Sources that this node pulls beside their owners",
    collect() {
      this.set(seconds.size);
    },
  });
  new Gauge({
    name: "warm_seconds_memory_bytes",
    help: "Media in memory of the sources that this node pulls beside their owners",
    collect() {
      this.set(seconds.bytes);
    },
  });
  new Gauge({
    name: "intake_silence_max_seconds",
    help: "Longest time for which a pulled source has sent nothing to show",
    collect() {
      const nowMs = clock.monoMs();
      let silentMs = 0;
      for (const { heardMs } of sources.values()) if (heardMs !== null) silentMs = Math.max(silentMs, nowMs - heardMs);
      this.set(silentMs / 1_000);
    },
  });
  new Gauge({
    name: "ladders_running",
    help: "Ladders that are planned for sources of this node",
    collect() {
      this.set(ladderPlan.load.ladders);
    },
  });
  new Gauge({
    name: "ladder_lag_max_seconds",
    help: "How far the ladder that is furthest behind is behind its source",
    collect() {
      this.set(ladderPlan.load.lagMaxMs / 1_000);
    },
  });
  new Gauge({
    name: "ladder_rungs_missing",
    help: "Rungs that sources and settings allow and that this node has no power for",
    collect() {
      this.set(ladderPlan.load.rungsMissing);
    },
  });
  new Gauge({
    name: "ladder_cores_used",
    help: "Cores that encoding uses, as measured",
    collect() {
      this.set(ladderPlan.load.usedCores);
    },
  });
  new Gauge({
    name: "ladder_cores_budget",
    help: "Cores that encoding may use",
    collect() {
      this.set(ladderPlan.load.budgetCores);
    },
  });
  new Gauge({
    name: "recorder_spool_bytes",
    help: "Recordings that wait on disk for the object store",
    collect() {
      this.set(spool?.bytes() ?? 0);
    },
  });
  new Gauge({
    name: "recorder_spool_max_bytes",
    help: "Room for them",
    collect() {
      this.set(spool?.bytesMax ?? 0);
    },
  });
}
