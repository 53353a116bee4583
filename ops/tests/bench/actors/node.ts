// An actor node as a process: the shipping host, placement and cell, with counters or real channels as actors.

import { heapStats } from "bun:jsc";
import { openChannel } from "#actors/channel/activation.ts";
import { LadderPlan } from "#actors/channel/ladder-plan.ts";
import { channelNode } from "#actors/channel/node.ts";
import type { AskContext } from "#runtime/actor/calls.ts";
import { Cell } from "#runtime/actor/cell.ts";
import type { CellOwner } from "#runtime/actor/cell-options.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { Host } from "#runtime/cluster/host.ts";
import { Placement } from "#runtime/cluster/placement.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import type { Save } from "#runtime/store/store.ts";
import { StoreClock } from "#runtime/store/store-clock.ts";
import { applicationNameOf, createPostgresStore } from "#runtime/store/store-postgres.ts";
import { connectDatabase, isDriverFault } from "#schema/database.ts";
import { LADDER_WORDS } from "#transcoding/ladder/setting.ts";
import { answer, cpuMicros } from "../../support/helper-process.ts";
import { type Count, Counter, type CounterEvent, type CounterMessage } from "./counter.ts";

const config = readActorConfig(process.env, { ladders: LADDER_WORDS });
const incarnation = random.uuid(clock.wallMs());
const log = createLog({ name: config.name, level: process.env.LOG_LEVEL ?? "error" });
process.on("uncaughtException", (error) => {
  if (isDriverFault(error)) return;
  console.error(error);
  process.exit(1);
});

const applicationName = applicationNameOf(incarnation);
const database = connectDatabase({ url: config.databaseUrl, applicationName, connectionsMax: 16 });
const claims = connectDatabase({ url: config.databaseUrl, applicationName, connectionsMax: 4, lockTimeoutMs: 1_000 });
const bus = await connectNats({ url: config.natsUrl, name: config.name, clock, log });
const store = createPostgresStore({ database, claims, clock });
const storeClock = new StoreClock(clock);
const nowMs = storeClock.nowMs;

let saves = 0;
const counted = {
  ...store.actors,
  save(save: Save) {
    saves++;
    return store.actors.save(save);
  },
};

const counter = new Counter(); // Shared by all actors, because its rules are pure.
const cells = { clock, nowMs, store: counted };

class AwakeCounter implements Activation, CellOwner {
  readonly idleAtVersion = null; // Stays awake during the measurement.
  readonly onFenced: () => void;
  readonly mayWrite = () => true;
  readonly onBug = console.error;
  readonly #cell: Cell<Count, CounterMessage, CounterEvent, never>;

  constructor({ key, claimed, onFenced }: Ownership) {
    this.onFenced = onFenced;
    this.#cell = new Cell(counter, { id: { kind: "channel", key }, claimed, world: cells, owner: this });
  }

  ask(message: unknown, context: AskContext) {
    return this.#cell.ask(message as CounterMessage, context);
  }

  reads(message: unknown) {
    return (message as CounterMessage).type === "get";
  }

  suspend() {
    return this.#cell.suspend();
  }

  resume() {
    this.#cell.resume();
  }

  stop(how: "ask" | "kill") {
    return this.#cell.close(how);
  }
}

const redis = connectRedis({ url: config.redisUrl, name: config.name, log });
const encoder = { name: "software", vaapiDevice: "" } as const;
const ladderPlan = new LadderPlan({ allowed: [], preset: "veryfast", encoder, budgetCores: 0 });
const channels = channelNode({
  config,
  log,
  clock,
  random,
  nowMs,
  bus,
  caller: createCaller({ bus, clock, random }),
  store,
  database,
  restreaming: null,
  redis,
  ladderPlan,
  recording: null,
});
const open =
  process.env.BENCH_ACTOR === "channel"
    ? (ownership: Ownership) => openChannel(channels, ownership)
    : (ownership: Ownership) => new AwakeCounter(ownership);
const host = new Host({
  incarnation,
  bus,
  clock,
  store,
  log,
  kinds: [{ name: "channel", open }],
  onStoreTime: (ms) => storeClock.learn(ms),
});
const placement = new Placement({
  incarnation,
  name: config.name,
  address: config.address,
  slots: config.slots,
  used: () => 0,
  bus,
  clock,
  store,
  host,
  log,
  onGone: () => process.exit(1),
});
await placement.start();

const IN_PARALLEL = 32;
/** Claims and opens actors; resolves when all are awake. */
async function openAll(keys: string[]) {
  const next = keys.values();
  const worker = async () => {
    for (const key of next) await host.open("channel", key, { believedEpoch: 0, dead: null });
  };
  await Promise.all(Array.from({ length: IN_PARALLEL }, worker));
  return host.size;
}

/** Memory in bytes after a full garbage collection. */
async function memory() {
  for (let i = 0; i < 4; i++) {
    Bun.gc(true);
    await Bun.sleep(150);
  }
  const { heapSize, extraMemorySize } = heapStats();
  return { rss: process.memoryUsage.rss(), heap: heapSize + extraMemorySize };
}

/** Time of one of the per-second queries, in ms. */
async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < times; i++) {
    const startMs = clock.monoMs();
    await work();
    tookMs.push(clock.monoMs() - startMs);
  }
  return tookMs;
}

/** Longest stall of the event loop during the given time. */
async function stallMs(overMs: number): Promise<number> {
  const endMs = clock.monoMs() + overMs;
  let worstMs = 0;
  for (let lastMs = clock.monoMs(); lastMs < endMs; ) {
    await Bun.sleep(1);
    const thisMs = clock.monoMs();
    worstMs = Math.max(worstMs, thisMs - lastMs - 1);
    lastMs = thisMs;
  }
  return worstMs;
}

answer({
  ready: () => true,
  incarnation: () => incarnation,
  awake: () => host.size,
  saves: () => saves,
  objects: () => heapStats().objectTypeCounts,
  cpuMicros,
  openAll,
  memory,
  stallMs,
  timeOwnedBy: (times: number) => timed(times, () => store.actors.ownedBy(incarnation)),
  timeDue: (times: number) =>
    timed(times, () => store.actors.due({ node: incarnation, deadNodes: [], silentMs: 10_000, limit: 200 })),
});
