// What the nodes of one simulated cluster share, and what an actor is opened with.

import type { RoomParts } from "#actors/channel/children/room.ts";
import type { Broadcast } from "#actors/channel/rules/state.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import type { SimHub } from "./bus.ts";
import type { SimIngest } from "./media.ts";
import type { SimPostgres } from "./postgres.ts";
import type { SimStore } from "./store.ts";
import type { Process, World } from "./world.ts";

/** What a mutation does to the code that runs; see mutations.ts. */
export interface CodeMutation {
  /** Parts of the room that break it. */
  room?(options: { random: Random }): Partial<RoomParts>;
  /** What a new owner makes of the broadcast that it finds. */
  reviveBroadcast?(broadcast: Broadcast): Broadcast;
  activation?(activation: Activation): Activation;
  host?(options: { bus: Bus }): { bus: Bus; confirmedForMs?: number };
}

export interface Cluster {
  world: World;
  hub: SimHub;
  database: SimPostgres;
  ingest: SimIngest;
  mutation: CodeMutation;
  /** Until an idle actor goes to sleep. */
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
  address: string;
  onBug(error: unknown, what: string): void;
}
