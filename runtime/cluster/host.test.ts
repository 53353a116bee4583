// Races at the gate: claim and confirm, sleep and take-over, what is held while its actor leaves.

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
const from = { believedEpoch: 0, deadNode: null };
const log = createLog({ name: "test", level: "silent" });

function world() {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const store = new MemoryStore(clock);
  const bus = hub.connect();
  const stopped: string[] = [];
  const channel: ActorKind = {
    name: "channel",
    open: ({ claimed: { epoch, version } }) => ({
      ask: async (message) => {
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
  return { clock, hub, store, bus, host, stopped, ask, answers };
}

test("a list of what this node owns, asked for while a claim was under way, takes nothing from it", async () => {
  const { clock, store, host, stopped } = world();
  const { claim, ownedBy } = store.actors;
  const [claimed, listed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // The claim is sent first but waits for the row; the list is read before it and arrives after it.
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

test("an epoch confirmed while the link was down opens no gate when it is back", async () => {
  const { clock, store, bus, host, ask, answers } = world();
  await host.open("channel", KEY, from);
  bus.cut();
  await clock.settle(500);
  await host.confirm();
  await store.actors.claim(id, { node: "other", believedEpoch: 1, deadNode: null });
  await clock.settle(500);
  bus.mend();
  ask();
  await clock.settle();
  expect(answers).toEqual([]);
  await host.confirm();
  await clock.settle();
  expect(answers).toMatchObject([{ ok: false, code: "moved" }]);
});

test("an actor taken over and opened again while it was going to sleep stays awake", async () => {
  const { clock, store, bus, host, stopped, ask, answers } = world();
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
  await store.actors.claim(id, { node: "other", believedEpoch: 1, deadNode: null });
  await host.confirm();
  await host.open("channel", KEY, { believedEpoch: 2, deadNode: null });
  drained.resolve();
  await sleeping;
  expect([host.epochOf("channel", KEY), stopped]).toEqual([3, ["1 kill"]]);
  ask();
  await clock.settle();
  expect(answers).toMatchObject([{ ok: true, value: 3 }]);
});

test("who is held at the gate of a node that leaves is sent on at once", async () => {
  const { clock, host, ask, answers } = world();
  await host.open("channel", KEY, from);
  await clock.settle(4_000, 100);
  ask();
  await clock.settle();
  expect(answers).toEqual([]);
  await host.leave();
  await clock.settle();
  expect(answers).toMatchObject([{ ok: false, code: "moved" }]);
});

test("nobody hears that the gate is full for messages that are repeats, or for which nobody waits any more", async () => {
  const { clock, host, ask, answers } = world();
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

test("a message that breaks the actor's own sorting is answered at once, and the next one as ever", async () => {
  const { clock, host, ask, answers } = world();
  await host.open("channel", KEY, from);
  ask(null);
  ask();
  await clock.settle();
  expect(answers).toMatchObject([
    { ok: false, code: "internal" },
    { ok: true, value: 1 },
  ]);
});

test("a node that shows no sign of life holds messages although it confirms its epochs: it may be taken over", async () => {
  const { clock, host, ask, answers } = world();
  await host.open("channel", KEY, from);
  host.showedLife(clock.monoMs());
  await clock.settle(5_001);
  await host.confirm();
  ask();
  await clock.settle(100);
  await host.confirm();
  expect(answers).toEqual([]);
  await clock.settle(100);
  host.showedLife(clock.monoMs());
  await host.confirm();
  await clock.settle(10);
  expect(answers).toMatchObject([{ ok: true }]);
});

test("back from silence a node lets messages through only after it has asked anew what it owns", async () => {
  const { clock, host, ask, answers } = world();
  await host.open("channel", KEY, from);
  host.showedLife(clock.monoMs());
  await clock.settle(10_000);
  await host.confirm(); // Read before the sign of life: somebody may have taken over in between.
  await clock.settle(100);
  host.showedLife(clock.monoMs() - 50);
  ask();
  await clock.settle(500);
  expect(answers).toEqual([]);
  await host.confirm();
  await clock.settle(10);
  expect(answers).toMatchObject([{ ok: true }]);
});

test("an actor handed over while it falls asleep leaves nobody behind who answers for it", async () => {
  const { clock, hub, host } = world();
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

test("two looks for idle actors at once, and a message that comes between, leave one that hears", async () => {
  const { clock, hub, host, ask } = world();
  await host.open("channel", KEY, from);
  const looks = [host.sleepIdle({ afterMs: 0 }), host.sleepIdle({ afterMs: 0 })];
  ask();
  await clock.settle(100);
  await Promise.all(looks);
  const hearing = [...hub.listeners].filter(({ subject }) => subject === `actor.channel.${KEY}`);
  expect(hearing.length).toBe(host.size);
});
