// What the nodes of one simulated cluster share, and the options with which a node opens an actor.

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
import type { Process, Simulation } from "./simulation.ts";
import type { SimStore } from "./store.ts";

/** Hooks by which a mutation changes the running code; see mutations.ts. */
export interface CodeMutation {
  /** Broken replacements for parts of the room. */
  room?(options: { random: Random }): Partial<RoomParts>;
  /** Changes the saved broadcast that a new owner finds. */
  reviveBroadcast?(broadcast: Broadcast): Broadcast;
  activation?(activation: Activation): Activation;
  host?(options: { bus: Bus }): { bus: Bus; confirmedForMs?: number };
}

export interface Cluster {
  sim: Simulation;
  hub: SimHub;
  database: SimPostgres;
  ingest: SimIngest;
  mutation: CodeMutation;
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
  address: string;
  onBug(error: unknown, what: string): void;
}
