// Races at the gate: claim and confirmation, sleep and take-over, and messages held while their actor leaves.

import { expect, test } from "bun:test";
import type { CallAnswer } from "#schema/wire/call.ts";
import { ManualClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { MemoryHub } from "../bus/bus-memory.ts";
import { MemoryStore } from "../store/store-memory.ts";
import type { ActorKind } from "./activation.ts";
import { Host } from "./host.ts";

const KEY = "00000000-0000-7000-8000-000000000001";
const id = { kind: "channel", key: KEY };
const from = { believedEpoch: 0, dead: null };
const log = createLog({ name: "test", level: "silent" });

function setUp() {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const store = new MemoryStore(clock);
  const bus = hub.connect();
  const stopped: string[] = [];
  const channel: ActorKind = {
    name: "channel",
    open: ({ claimed: { epoch, version }, mayWrite }) => ({
      ask: async (message) => {
        if (message === "may you write?") return { ok: true, value: mayWrite() };
        if (message === null) throw new TypeError("nothing was asked");
        return { ok: true, value: epoch };
      },
      reads: () => true,
      idleAtVersion: version,
      suspend: async () => {},
      resume: () => {},
      stop: async (how) => void stopped.push(`${epoch} ${how}`),
    }),
  };
  const host = new Host({ incarnation: "me", bus, clock, store, log, kinds: [channel], onStoreTime: () => {} });
  const answers: CallAnswer[] = [];
  const asker = hub.connect();
  const ask = (message: unknown = {}, id = "call") => {
    const request = { id, remainingMs: 5_000, message };
    void asker.request(`actor.channel.${KEY}`, request, { timeoutMs: 5_000 }).then(
      (answer) => answers.push(answer as CallAnswer),
      () => {},
    );
  };
  /** A heartbeat sent so long ago is acknowledged. */
  const beat = (sentAgoMs = 0) =>
    host.heartbeatAcknowledged({ monoMs: clock.monoMs() - sentAgoMs, generation: bus.link.generation });
  return { clock, hub, store, bus, host, stopped, beat, ask, answers };
}

test("a list of owned actors read during a claim does not fence the newly claimed actor", async () => {
  const { clock, store, host, stopped } = setUp();
  const { claim, ownedBy } = store.actors;
  const [claimed, listed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // The claim is sent first but waits for the row; the list is read before the claim and arrives after it.
  store.actors.claim = async (...of) => claimed.promise.then(() => claim(...of));
  store.actors.ownedBy = async (node) => {
    const owned = await ownedBy(node);
    await listed.promise;
    return owned;
  };
  const opening = host.open("channel", KEY, from);
  clock.advance(10);
  const confirming = host.confirm();
  await clock.settle(10);
  claimed.resolve();
  expect(await opening).toEqual({ epoch: 1 });
  listed.resolve();
  await confirming;
  expect([host.epochOf("channel", KEY), stopped]).toEqual([1, []]);
});

test("an epoch confirmed while the link was down does not open the gate after it is back", async () => {
  const { clock, store, bus, host, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  bus.cut();
  await clock.settle(500);
  await host.confirm();
  await store.actors.claim(id, { node: "other", believedEpoch: 1, dead: null });
  await clock.settle(500);
  bus.mend();
  ask();
  await clock.settle();
  expect(answers).toEqual([]);
  await host.confirm();
  await clock.settle();
  expect(answers).toMatchObject([{ ok: false, code: "moved" }]);
});

test("an actor that was taken over and opened again while it was going to sleep stays awake", async () => {
  const { clock, store, bus, host, stopped, ask, answers } = setUp();
  const subscribe = bus.subscribe.bind(bus);
  const drained = Promise.withResolvers<void>();
  bus.subscribe = (...of) => {
    const { drain } = subscribe(...of);
    return { drain: () => drained.promise.then(drain) };
  };
  await host.open("channel", KEY, from);
  bus.subscribe = subscribe;
  await clock.settle(61_000, 1_000);
  const sleeping = host.sleepIdle();
  await store.actors.claim(id, { node: "other", believedEpoch: 1, dead: null });
  await host.confirm();
  await host.open("channel", KEY, { believedEpoch: 2, dead: null });
  drained.resolve();
  await sleeping;
  expect([host.epochOf("channel", KEY), stopped]).toEqual([3, ["1 kill"]]);
  ask();
  await clock.settle();
  expect(answers).toMatchObject([{ ok: true, value: 3 }]);
});

test("messages held at the gate of a leaving node are answered moved at once", async () => {
  const { clock, host, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  await clock.settle(4_000, 100);
  ask();
  await clock.settle();
  expect(answers).toEqual([]);
  await host.leave();
  await clock.settle();
  expect(answers).toMatchObject([{ ok: false, code: "moved" }]);
});

test("repeats and expired messages do not fill the gate", async () => {
  const { clock, host, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  await clock.settle(4_000, 100);
  for (let n = 0; n < 600; n++) ask({}, "again");
  for (let n = 0; n < 499; n++) ask({}, `${n}`);
  await clock.settle();
  expect(answers).toEqual([]);
  ask({}, "one too many");
  await clock.settle();
  expect(answers).toMatchObject([{ ok: false, code: "busy" }]);
  await clock.settle(5_100, 100);
  ask({}, "later");
  await clock.settle();
  await host.confirm();
  await clock.settle(10);
  expect(answers.slice(1)).toMatchObject([{ ok: true, value: 1 }]);
});

test("a malformed message is answered internal at once and does not affect the next one", async () => {
  const { clock, host, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  ask(null);
  ask();
  await clock.settle();
  expect(answers).toMatchObject([
    { ok: false, code: "internal" },
    { ok: true, value: 1 },
  ]);
});

test("a node whose heartbeats fail holds messages although its epochs are confirmed", async () => {
  const { clock, host, beat, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  beat();
  await clock.settle(5_001);
  await host.confirm();
  ask();
  await clock.settle(100);
  await host.confirm();
  expect(answers).toEqual([]);
  await clock.settle(100);
  beat();
  await host.confirm();
  await clock.settle(10);
  expect(answers).toMatchObject([{ ok: true }]);
});

test("after a break in heartbeats, messages pass only once a later confirmation has come", async () => {
  const { clock, host, beat, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  beat();
  await clock.settle(10_000);
  await host.confirm(); // Read before the heartbeat: another node may have taken over in between.
  await clock.settle(100);
  beat(50);
  ask();
  await clock.settle(500);
  expect(answers).toEqual([]);
  await host.confirm();
  await clock.settle(10);
  expect(answers).toMatchObject([{ ok: true }]);
});

test("after a break of the link, messages pass only once a heartbeat and a later confirmation have come", async () => {
  const { clock, bus, host, beat, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  beat();
  bus.cut();
  await clock.settle(100);
  bus.mend();
  await host.confirm(); // Whoever found this node dead meanwhile may not have claimed yet: only a heartbeat stops it.
  ask();
  await clock.settle(100);
  expect(answers).toEqual([]);
  beat();
  await clock.settle(100);
  expect(answers).toEqual([]);
  await host.confirm();
  await clock.settle(10);
  expect(answers).toMatchObject([{ ok: true }]);
});

test("actors of a process that stood still for longer than a silent node lives may not write", async () => {
  const { clock, host, beat, ask, answers } = setUp();
  await host.open("channel", KEY, from);
  for (const [stillMs, id] of [
    [9_000, "first"],
    [11_000, "second"],
  ] as const) {
    host.eventLoop.tick(250);
    clock.advance(stillMs);
    beat();
    await host.confirm();
    ask("may you write?", id);
    await clock.settle(1);
  }
  expect(answers).toMatchObject([{ value: true }, { value: false }]);
});

test("no subscription is left of an actor that is handed over while it falls asleep", async () => {
  const { clock, hub, host } = setUp();
  await host.open("channel", KEY, from);
  const sleeping = host.sleepIdle({ afterMs: 0 });
  const handed = host.handOver(id, async () => {
    await clock.sleep(50);
    return true;
  });
  await clock.settle(100);
  await Promise.all([sleeping, handed]);
  await clock.settle(100);
  expect([...hub.listeners].map(({ subject }) => subject)).not.toContain(`actor.channel.${KEY}`);
  expect(host.size).toBe(0);
});

test("two concurrent sleep checks with a message in between leave exactly one subscription", async () => {
  const { clock, hub, host, ask } = setUp();
  await host.open("channel", KEY, from);
  const looks = [host.sleepIdle({ afterMs: 0 }), host.sleepIdle({ afterMs: 0 })];
  ask();
  await clock.settle(100);
  await Promise.all(looks);
  const hearing = [...hub.listeners].filter(({ subject }) => subject === `actor.channel.${KEY}`);
  expect(hearing.length).toBe(host.size);
});
