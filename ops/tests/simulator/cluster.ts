// What the nodes of one simulated cluster share, and the options with which a node opens an actor.

import type { Recording } from "#actors/channel/children/recorder.ts";
import type { Seconds } from "#actors/channel/seconds.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Ownership } from "#runtime/cluster/activation.ts";
import type { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import type { SimHub } from "./bus.ts";
import type { SimIngest } from "./media.ts";
import type { SimPeers } from "./peers.ts";
import type { SimPostgres } from "./postgres.ts";
import type { Process, Simulation } from "./simulation.ts";
import type { SimStore } from "./store.ts";

export interface Cluster {
  sim: Simulation;
  hub: SimHub;
  database: SimPostgres;
  ingest: SimIngest;
  peers: SimPeers;
  objects: MemoryObjects;
  /** Idle time after which an actor goes to sleep. */
  sleepAfterMs: number;
}

export interface OpenOptions extends Cluster {
  process: Process;
  ownership: Ownership;
  clock: Clock;
  random: Random;
  nowMs(): number;
  log: Log;
  bus: Bus;
  store: SimStore;
  packagers: Map<string, Packager>;
  recording: Recording;
  seconds: Seconds;
  successorOf(channelId: string): string | null;
  address: string;
  onBug(error: unknown, what: string): void;
}
