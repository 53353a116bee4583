// An actor node whose actors fall asleep almost at once: the shipping host, placement, cell, store and bus, in a process of its own.
// It counts messages, claims and alarms by the phase of falling asleep in which they arrived.

import { answer } from "#ops/tests/support/helper-process.ts";
import { Cell } from "#runtime/actor/cell.ts";
import { systemClock as clock, every } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import type { Activation, Ownership } from "#runtime/cluster/activation.ts";
import { Host } from "#runtime/cluster/host.ts";
import { Placement } from "#runtime/cluster/placement.ts";
import { activationOf } from "#runtime/cluster/testing.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import type { ActorStore } from "#runtime/store/store.ts";
import { StoreClock } from "#runtime/store/store-clock.ts";
import { applicationNameOf, createPostgresStore } from "#runtime/store/store-postgres.ts";
import { connectDatabase, isDriverFault } from "#schema/database.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { LADDER_WORDS } from "#transcoding/ladder/setting.ts";
import { Sleeper } from "./sleeper.ts";

/** Idle time before an actor sleeps, and the interval of checks, which is far shorter than placement's. */
const SLEEP_AFTER_MS = 40;
const LOOK_EVERY_MS = 15;

export interface RaceCounts {
  /** Claims won by this node: wakes and take-overs. */
  claims: number;
  /** Actors that fell asleep: their rows were released. */
  asleep: number;
  /** Messages that arrived while the subscription was draining. */
  whileDraining: number;
  /** Wakes and claims that came after the drain, before the row was released. */
  whileReleasing: number;
  /** Rows that could not be released, because another node had claimed them meanwhile. */
  givenUpTooLate: number;
  /** Alarms that rang on this node. */
  rung: number;
}

const counts: RaceCounts = { claims: 0, asleep: 0, whileDraining: 0, whileReleasing: 0, givenUpTooLate: 0, rung: 0 };
/** Keys between the end of their subscription and the end of their row's release. */
const releasing = new Set<string>();

const config = readActorConfig(process.env, { ladders: LADDER_WORDS });
const incarnation = random.uuid(clock.wallMs());
const log = createLog({ name: config.name, level: config.logLevel });
process.on("uncaughtException", (error) => {
  if (isDriverFault(error)) return;
  console.error(error);
  process.exit(1);
});

const applicationName = applicationNameOf(incarnation);
const database = connectDatabase({ url: config.databaseUrl, applicationName, connectionsMax: 8 });
const claims = connectDatabase({ url: config.databaseUrl, applicationName, connectionsMax: 4, lockTimeoutMs: 1_000 });
const nats = await connectNats({ url: config.natsUrl, name: config.name, clock, log });
const postgres = createPostgresStore({ database, claims, clock });
const storeClock = new StoreClock(clock);

/** Wraps the bus to observe actors whose subscription drains. */
const bus: Bus = {
  link: nats.link,
  request: (subject, body, options) => nats.request(subject, body, options),
  publish: (subject, body) => nats.publish(subject, body),
  flush: () => nats.flush(),
  close: () => nats.close(),
  subscribe(subject, handle, options) {
    let draining = false;
    const subscription = nats.subscribe(
      subject,
      (...args: Parameters<typeof handle>) => {
        if (draining) counts.whileDraining++;
        if (subject === subjects.wake || subject === subjects.activate(incarnation))
          if (releasing.has((args[0] as { key: string }).key)) counts.whileReleasing++;
        handle(...args);
      },
      options,
    );
    const [, key = ""] = /^actor\.channel\.(.+)$/.exec(subject) ?? [];
    releasing.delete(key); // A last message woke the actor: it subscribed again.
    return {
      async drain() {
        // A fenced or leaving actor is no longer the host's when its subscription drains, so it is not falling asleep.
        draining = key !== "" && host.epochOf("channel", key) !== undefined;
        await subscription.drain();
        if (draining) releasing.add(key);
        draining = false;
      },
    };
  },
};
const actors: ActorStore = {
  ...postgres.actors,
  async claim(id, how) {
    const claimed = await postgres.actors.claim(id, how);
    releasing.delete(id.key);
    if (claimed) counts.claims++;
    return claimed;
  },
  async release(id, at) {
    const released = await postgres.actors.release(id, at);
    releasing.delete(id.key);
    if (released) counts.asleep++;
    else counts.givenUpTooLate++;
    return released;
  },
};
const store = { ...postgres, actors };

function openSleeper({ key, claimed, onFenced, mayWrite }: Ownership): Activation {
  const actor = new Sleeper(claimed.epoch);
  const { evolve } = actor;
  actor.evolve = (state, event) => {
    if (event.type === "rang") counts.rung++;
    return evolve(state, event);
  };
  const cell = new Cell(actor, {
    id: { kind: "channel", key },
    claimed,
    world: { clock, nowMs: storeClock.nowMs, store: actors },
    owner: { onFenced: () => onFenced(), mayWrite, onBug: console.error },
  });
  return activationOf(cell);
}

const host = new Host({
  incarnation,
  bus,
  clock,
  store,
  log,
  sleepAfterMs: SLEEP_AFTER_MS,
  kinds: [{ name: "channel", open: openSleeper }],
  onStoreTime: (ms) => storeClock.learn(ms),
});
const { name, address, slots } = config;
const placement = new Placement({
  incarnation,
  name,
  address,
  slots,
  bus,
  clock,
  store,
  host,
  log,
  used: () => 0,
  onGone: (why) => {
    console.error(`${name} counts as dead: ${why}`);
    process.exit(1);
  },
});
await placement.start();
const stopLooking = every(clock, LOOK_EVERY_MS, () => host.sleepIdle().catch((error) => console.error(String(error))));

answer({
  ready: () => true,
  incarnation: () => incarnation,
  counts: () => counts,
  /** Same as SIGTERM in the product: actors stop, rows are released, the node leaves. */
  async leave() {
    stopLooking();
    await placement.stop();
    return counts;
  },
});
