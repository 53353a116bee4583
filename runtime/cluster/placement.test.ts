// Nodes that join, leave and are cut off, on a bus and a store in memory and with a manual clock.

import { expect, test } from "bun:test";
import type { Actor } from "../actor/actor.ts";
import { Cell } from "../actor/cell.ts";
import { ManualClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { SeededRandom } from "../base/random.ts";
import { MemoryHub } from "../bus/bus-memory.ts";
import { StoreAway } from "../store/store.ts";
import { MemoryStore } from "../store/store-memory.ts";
import type { Activation, Ownership } from "./activation.ts";
import { createCaller } from "./caller-bus.ts";
import { Host } from "./host.ts";
import type { WatchPeer } from "./peers.ts";
import { Placement } from "./placement.ts";
import { ranked } from "./rendezvous.ts";
import { activationOf } from "./testing.ts";

type Message = { type: "up" | "read" | "alarm" };
const KEY = "00000000-0000-7000-8000-000000000001";
const silent = { info() {}, warn() {} };

/** A counter that must stay awake once it has received `alarm`. */
const counter = (
  onStop: (how: string) => void,
  onStart: () => void,
  revive: () => void,
): Actor<{ n: number; due: boolean }, Message, Message["type"], never> => ({
  initial: () => ({ n: 0, due: false }),
  revive: (saved) => {
    revive();
    return saved as { n: number; due: boolean };
  },
  decide: ({ n }, { type }) => (type === "read" ? { reply: n } : { reply: n + 1, events: [type] }),
  evolve: ({ n, due }, event) => ({ n: n + 1, due: due || event === "alarm" }),
  runs: ({ due }) => {
    const start = () => {
      onStart();
      return { stop: async (how: string) => onStop(how) };
    };
    return due ? { children: { worker: { key: "w", start } } } : {};
  },
  perform: () => {},
  reads: ({ type }) => type === "read",
  wakeAtMs: ({ due }) => (due ? 0 : null),
});

function cluster() {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const store = new MemoryStore(clock);
  let born = 0;

  async function node({ slots = 10, watchPeer }: { slots?: number; watchPeer?: WatchPeer } = {}) {
    const name = `node-${++born}`;
    const incarnation = `00000000-0000-7000-8000-1000000000${String(born).padStart(2, "0")}`;
    const bus = hub.connect();
    const stops: string[] = [];
    /** `readable` false: this release's rules throw on the saved state. */
    const made = { starts: 0, readable: true, errors: 0 };
    const log = { ...silent, error: () => void made.errors++ } as unknown as Log;
    /** The process was killed: none of its timers ring any more. */
    let dead = false;
    const mine = Object.assign(Object.create(clock) as ManualClock, {
      timer: (ms: number, ring: () => void) => clock.timer(ms, () => void (dead || ring())),
      sleep: (ms: number) => new Promise<void>((resolve) => clock.timer(ms, () => void (dead || resolve()))),
      wallMs: () => clock.wallMs(),
      monoMs: () => clock.monoMs(),
    });
    const open = ({ key, claimed, onFenced, mayWrite }: Ownership): Activation => {
      const cell = new Cell(
        counter(
          (how) => stops.push(how),
          () => made.starts++,
          () => {
            if (!made.readable) throw new TypeError("a field is missing");
          },
        ),
        {
          id: { kind: "channel", key },
          claimed,
          world: { clock: mine, nowMs: () => clock.wallMs(), store: store.actors },
          owner: {
            onFenced,
            mayWrite,
            onBug: (error) => {
              throw error;
            },
          },
        },
      );
      return activationOf(cell, ({ type }) => type === "read");
    };
    const kinds = [{ name: "channel" as const, open }];
    const host = new Host({ incarnation, bus, clock: mine, store, log, kinds, onStoreTime: () => {} });
    const options = {
      incarnation,
      name,
      address: "http://x",
      slots,
      used: () => host.size,
      bus,
      clock: mine,
      store,
      host,
      log,
      ...(watchPeer && { watchPeer }),
    };
    const gone: string[] = [];
    const placement = new Placement({ ...options, onGone: (why) => gone.push(why) });
    await placement.start();
    const kill = () => {
      dead = true;
      void bus.close();
    };
    /** Like SIGSTOP: the subscriptions stay, but nothing answers. */
    const pause = () => {
      dead = true;
      hang();
    };
    /** The link counts as up, but no message comes through. */
    const hang = () => {
      for (const listener of hub.listeners) if (listener.owner === bus) listener.handle = () => {};
      bus.flush = () => new Promise(() => {});
    };
    return Object.assign(made, { incarnation, bus, host, placement, stops, gone, kill, pause, hang });
  }

  const caller = createCaller({ bus: hub.connect(), clock, random: new SeededRandom(1) });
  async function call(type: Message["type"], timeoutMs = 5_000, key = KEY) {
    let outcome: unknown;
    void caller.call("channel", key, { type }, { timeoutMs }).then(
      (value) => {
        outcome = { value };
      },
      (error) => {
        outcome = { refused: error.code };
      },
    );
    const startMs = clock.monoMs();
    while (outcome === undefined && clock.monoMs() - startMs < timeoutMs + 1_000) await clock.settle(20);
    return { outcome, tookMs: clock.monoMs() - startMs };
  }
  const row = () => store.rows.get(`channel/${KEY}`);
  return { clock, hub, store, node, call, row };
}

test("a call wakes the actor, and the next call finds it awake", async () => {
  const { node, call, row } = cluster();
  const one = await node();
  expect((await call("up")).outcome).toEqual({ value: 1 });
  expect((await call("up")).outcome).toEqual({ value: 2 });
  expect(row()).toMatchObject({ epoch: 1, node: one.incarnation });
});

test("without any node a call is answered unavailable", async () => {
  const { call } = cluster();
  expect((await call("up", 1_000)).outcome).toEqual({ refused: "unavailable" });
});

test("a killed node is detected within two seconds, its due actors wake elsewhere, and no acknowledged write is lost", async () => {
  const { node, call, row, clock } = cluster();
  const one = await node();
  await call("alarm");
  const two = await node();
  await clock.settle(3_000);
  one.kill();
  await clock.settle(2_600);
  expect(row()).toMatchObject({ epoch: 2, node: two.incarnation });
  expect((await call("up")).outcome).toEqual({ value: 2 });
});

test("who finds an owner dead first gives its actors to the node of the best rank, which may have kept something for them", async () => {
  const { node, call, row, clock } = cluster();
  const one = await node();
  await call("alarm");
  const ended: (() => void)[] = [];
  // Told by the connection to the process, long before pings tell.
  const watchPeer: WatchPeer = (_node, tell) => {
    ended.push(tell);
    return () => {};
  };
  const others = ["00000000-0000-7000-8000-100000000002", "00000000-0000-7000-8000-100000000003"];
  const [best] = ranked(
    KEY,
    others.map((id) => ({ id, weight: 10 })),
  );
  for (const id of others) await node(id === best!.id ? {} : { watchPeer });
  await clock.settle(3_000);
  one.kill();
  for (const tell of ended) tell();
  await clock.settle(700, 20);
  expect(row()).toMatchObject({ epoch: 2, node: best!.id });
});

test("a sleeping actor of a killed node wakes on the first call", async () => {
  const { node, call, clock } = cluster();
  const one = await node();
  await call("up");
  await node();
  await clock.settle(3_000);
  one.kill();
  const { outcome, tookMs } = await call("up");
  expect(outcome).toEqual({ value: 2 });
  expect(tookMs).toBeLessThan(3_000);
});

test("an actor that is not due is callable again after its owner was paused", async () => {
  const { node, call, row, clock } = cluster();
  const one = await node();
  await call("up");
  const two = await node();
  await clock.settle(12_000, 50);
  one.pause();
  await clock.settle(11_000, 50);
  expect(row()).toMatchObject({ epoch: 1, node: one.incarnation });
  const { outcome } = await call("up", 10_000);
  expect(outcome).toEqual({ value: 2 });
  expect(row()).toMatchObject({ epoch: 2, node: two.incarnation });
});

test("actors that are not due are callable within 12 s of their owner's pause, in calls shorter than that", async () => {
  const { node, call, clock, store } = cluster();
  const keys = Array.from({ length: 6 }, (_, i) => KEY.replace(/1$/, `${i + 1}`));
  const one = await node();
  for (const key of keys) await call("up", 5_000, key);
  await node();
  await node();
  await clock.settle(12_000, 50);
  one.pause();
  const pausedMs = clock.monoMs();
  const untilAnswered = async (key: string) => {
    for (let answer = await call("up", 4_000, key); ; answer = await call("up", 4_000, key))
      if (JSON.stringify(answer.outcome) === '{"value":2}') return clock.monoMs() - pausedMs;
  };
  const tookMs = await Promise.all(keys.map(untilAnswered));
  expect(Math.max(...tookMs)).toBeLessThan(12_000);
  for (const key of keys) expect(store.rows.get(`channel/${key}`)?.epoch).toBe(2);
});

test("a sleeping actor wakes although the best node for it, which still counts as living, is paused", async () => {
  const { node, call, clock, store } = cluster();
  const nodes = [await node(), await node(), await node()];
  await clock.settle(3_000, 50);
  nodes[0]!.pause();
  for (let i = 0; i < 8; i++) {
    const key = KEY.replace(/1$/, `a${i}`);
    expect((await call("up", 5_000, key)).outcome).toEqual({ value: 1 });
    expect(store.rows.get(`channel/${key}`)?.node).not.toBe(nodes[0]!.incarnation);
  }
});

test("a node with a hanging bus link sends no heartbeat, although the link still counts as up", async () => {
  const { node, call, row, clock } = cluster();
  const one = await node();
  await call("alarm");
  const two = await node();
  await clock.settle(12_000, 50);
  one.hang();
  await clock.settle(12_000, 50);
  expect(one.bus.link.up).toBe(true);
  expect(row()).toMatchObject({ epoch: 2, node: two.incarnation });
});

test("a restarted node adopts the actors of its old incarnation", async () => {
  const { node, call, row, clock } = cluster();
  const one = await node();
  await call("alarm");
  one.kill();
  await clock.settle(300);
  const again = await node();
  await clock.settle(3_000);
  expect(row()).toMatchObject({ epoch: 2, node: again.incarnation });
});

test("a replaced owner kills its children without asking them to stop", async () => {
  const { node, call, clock, store } = cluster();
  const one = await node();
  await call("alarm");
  await store.nodes.join({ incarnation: "other", name: "other", address: "http://x", slots: 1 });
  await store.actors.claim({ kind: "channel", key: KEY }, { node: "other", believedEpoch: 1, dead: null });
  await clock.settle(1_500);
  expect([one.stops, one.host.size]).toEqual([["kill"], 0]);
});

test("after the link was down, a message waits at the gate until the epoch is confirmed again", async () => {
  const { node, call, clock, store, hub } = cluster();
  const one = await node();
  await call("up");
  one.bus.cut();
  await store.actors.claim({ kind: "channel", key: KEY }, { node: "other", believedEpoch: 1, dead: null });
  store.fault = (statement) => (statement === "ownedBy" ? "before" : undefined);
  one.bus.mend();
  const asker = hub.connect();
  let answer: unknown;
  const request = { id: "late", remainingMs: 4_000, message: { type: "up" } };
  void asker.request(`actor.channel.${KEY}`, request, { timeoutMs: 4_000 }).then((a) => {
    answer = a;
  });
  await clock.settle(1_000);
  expect(answer).toBeUndefined();
  store.fault = () => undefined;
  await clock.settle(1_200);
  expect(answer).toMatchObject({ ok: false, code: "moved" });
  expect(store.rows.get(`channel/${KEY}`)?.state).toEqual({ n: 1, due: false });
});

test("after a long outage of the bus, the next call is answered at once", async () => {
  const { node, call, clock } = cluster();
  const one = await node();
  await call("alarm");
  await clock.settle(1_000, 50);
  one.bus.cut();
  await clock.settle(12_050, 50);
  one.bus.mend();
  const { outcome, tookMs } = await call("up");
  expect(outcome).toEqual({ value: 2 });
  expect(tookMs).toBeLessThan(100);
});

test("a node whose store answers get lost stops its heartbeats until the store answers again", async () => {
  const { node, call, clock, store } = cluster();
  const one = await node();
  await clock.settle(2_000, 50);
  let landed = 0;
  store.fault = (statement) => {
    if (statement === "beat") landed++;
    return "after";
  };
  await clock.settle(12_000, 50);
  expect(landed).toBe(1);
  expect(store.living.get(one.incarnation)?.seenAtMs).toBeLessThan(clock.wallMs() - 10_000);
  store.fault = () => undefined;
  await clock.settle(3_000, 50);
  expect(store.living.get(one.incarnation)?.seenAtMs).toBeGreaterThan(clock.wallMs() - 1_500);
  expect((await call("up")).outcome).toEqual({ value: 1 });
});

test("eight seconds without bus and store suspend everything; afterwards it resumes under the same epoch", async () => {
  const { node, call, clock, store, row } = cluster();
  const one = await node();
  await call("alarm");
  one.bus.cut();
  // The query hangs, so the node does not even learn that the store is away.
  const { ownedBy } = store.actors;
  store.actors.ownedBy = () => clock.sleep(2_000).then(() => Promise.reject(new StoreAway()));
  store.fault = () => "before";
  await clock.settle(7_000, 50);
  expect(one.stops).toEqual([]);
  await clock.settle(1_500, 50);
  expect(one.stops).toEqual(["kill"]);
  one.bus.mend();
  await clock.settle(2_000, 50);
  expect(one.starts).toBe(1); // Another node may have taken over meanwhile: only the store knows.
  store.actors.ownedBy = ownedBy;
  store.fault = () => undefined;
  await clock.settle(4_000, 50);
  expect(one.starts).toBe(2);
  expect((await call("up")).outcome).toEqual({ value: 2 });
  expect(row()?.epoch).toBe(1);
});

test("an idle actor goes to sleep and keeps only its row; a call wakes it under the next epoch", async () => {
  const { node, call, clock, row } = cluster();
  const one = await node();
  await call("up");
  await clock.settle(70_000, 100);
  expect([one.host.size, row()?.node]).toEqual([0, null]);
  expect((await call("read")).outcome).toEqual({ value: 1 });
  expect(row()?.epoch).toBe(2);
});

test("a leaving node releases its rows, so that the next owner need not judge it", async () => {
  const { node, call, clock, row } = cluster();
  const one = await node();
  await call("alarm");
  await one.placement.stop();
  expect([row()?.node, one.stops]).toEqual([null, ["ask"]]);
  const two = await node();
  await clock.settle(200);
  expect(row()?.node).toBe(two.incarnation);
});

test("a draining node hands its running actors over, each claimed once, and takes none until draining ends", async () => {
  const { node, call, clock, store } = cluster();
  const [one, two] = [await node({ slots: 100 }), await node({ slots: 100 })];
  await clock.settle(3_000);
  for (const key of manyKeys) await call("alarm", 5_000, key);
  const before = [one.host.size, two.host.size];
  store.living.get(one.incarnation)!.draining = true;
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, n) => {
      await clock.settle(n * 10);
      return call("read", 5_000, manyKeys[n]);
    }),
  );
  expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map(() => ({ value: 1 })));
  await clock.settle(3_000);
  expect([one.host.size, two.host.size]).toEqual([0, 40]);
  const epochs = [...store.rows.values()].map(({ epoch }) => epoch);
  expect(epochs.filter((epoch) => epoch === 2)).toHaveLength(before[0]!);
  expect(Math.max(...epochs)).toBe(2);
  const added = "00000000-0000-7000-8000-000000000777";
  await call("alarm", 5_000, added);
  expect(one.host.size).toBe(0);
  store.living.get(one.incarnation)!.draining = false;
  store.living.get(two.incarnation)!.draining = true;
  await clock.settle(4_000);
  expect([one.host.size, two.host.size]).toEqual([41, 0]);
});

test("a draining node keeps actors that find no room elsewhere; a leaving node hands them over anyway", async () => {
  const { node, call, clock, store } = cluster();
  const [one, two] = [await node({ slots: 5 }), await node({ slots: 5 })];
  await clock.settle(3_000);
  for (const key of manyKeys.slice(0, 10)) await call("alarm", 5_000, key);
  expect([one.host.size, two.host.size]).toEqual([5, 5]);
  store.living.get(one.incarnation)!.draining = true;
  await clock.settle(5_000);
  expect([one.host.size, two.host.size]).toEqual([5, 5]);
  expect(one.stops).toEqual([]);
  const stopped = one.placement.stop();
  await clock.settle(1_000);
  await stopped;
  expect(two.host.size).toBe(10);
  expect(Math.max(...[...store.rows.values()].map(({ epoch }) => epoch))).toBe(2);
});

test("a leaving node hands its actors over and puts idle ones to sleep", async () => {
  const { node, call, clock, row, store } = cluster();
  const one = await node();
  await call("alarm");
  const idle = manyKeys[0]!;
  await call("up", 5_000, idle);
  const two = await node();
  await clock.settle(3_000);
  const stopped = one.placement.stop();
  await clock.settle(1_000);
  await stopped;
  expect(row()).toMatchObject({ epoch: 2, node: two.incarnation });
  expect(store.rows.get(`channel/${idle}`)).toMatchObject({ epoch: 1, node: null });
  expect((await call("up")).outcome).toEqual({ value: 2 });
});

test("an actor that no node takes is released and later found as an orphan", async () => {
  const { node, call, clock, hub, row } = cluster();
  const one = await node();
  await call("alarm");
  const two = await node();
  await clock.settle(3_000);
  for (const listener of hub.listeners)
    if (listener.owner === two.bus && listener.subject.endsWith("activate"))
      listener.handle = (_body, respond) => respond({ ok: false, code: "busy" });
  const handed = one.host.handOver({ kind: "channel", key: KEY }, async () => false);
  await clock.settle(20);
  expect(await handed).toBe(false);
  await clock.settle(3_000);
  expect(row()?.epoch).toBe(2);
  expect((await call("up")).outcome).toEqual({ value: 2 });
});

test("the end of a store outage causes no take-over", async () => {
  const { node, call, clock, store, row } = cluster();
  await node();
  const two = await node();
  await call("alarm");
  const owner = row()?.node;
  store.fault = () => "before";
  await clock.settle(60_000, 100);
  store.fault = () => undefined;
  await clock.settle(15_000, 100);
  expect(row()).toMatchObject({ epoch: 1, node: owner });
  expect(two.host.size).toBeLessThanOrEqual(1);
});

const manyKeys = Array.from(
  { length: 40 },
  (_, n) => `00000000-0000-7000-8000-0000000001${String(n).padStart(2, "0")}`,
);

test("actors spread over the nodes, and those of a killed node over the survivors, each claimed once", async () => {
  const { node, call, clock, store } = cluster();
  const nodes = [await node(), await node(), await node()];
  await clock.settle(3_000);
  for (const key of manyKeys) await call("alarm", 5_000, key);
  const sizes = () => nodes.map(({ host }) => host.size);
  expect(sizes().reduce((a, b) => a + b)).toBe(40);
  for (const size of sizes()) expect(size).toBeGreaterThan(4);

  nodes[0]?.kill();
  const [killed = 0] = sizes();
  await clock.settle(4_000);
  const [, two = 0, three = 0] = sizes();
  expect(two + three).toBe(40);
  const epochs = [...store.rows.values()].map(({ epoch }) => epoch).sort();
  expect(epochs).toEqual([...Array(40 - killed).fill(1), ...Array(killed).fill(2)]);
});

test("a full node refuses and the next by rank takes the actor; when all are full, one still takes it", async () => {
  const { node, call, clock } = cluster();
  const [small, large] = [await node({ slots: 1 }), await node({ slots: 30 })];
  await clock.settle(3_000);
  for (const key of manyKeys) expect((await call("alarm", 5_000, key)).outcome).toEqual({ value: 1 });
  expect(small.host.size + large.host.size).toBe(40);
  expect(large.host.size).toBeGreaterThanOrEqual(30);
});

test("an orphan that cannot be claimed does not delay other orphans", async () => {
  const { node, call, clock, store } = cluster();
  const one = await node();
  await call("up");
  const { claim } = store.actors;
  store.actors.claim = (id, how) => (id.key === "57ac" ? new Promise(() => {}) : claim(id, how));
  const row = { epoch: 3, version: 1, node: null, state: {}, answered: [], wakeAtMs: 0, savedAtMs: 0 };
  store.rows.set("channel/57ac", { kind: "channel", key: "57ac", ...row });
  await clock.settle(10_000, 50);
  expect(one.host.isOpening("channel", "57ac")).toBe(true);
  const { outcome, tookMs } = await call("up");
  expect(outcome).toEqual({ value: 2 });
  expect(tookMs).toBeLessThan(100);
});

test("a node that runs more than it can list still finds orphans", async () => {
  const { node, clock, store } = cluster();
  const one = await node();
  const row = { epoch: 3, version: 1, state: { n: 0, due: true }, answered: [], savedAtMs: 0 };
  const add = (key: string, wakeAtMs: number) =>
    store.rows.set(`channel/${key}`, { kind: "channel", key, node: null, wakeAtMs, ...row });
  for (let i = 0; i < 200; i++) add(`${i}`, 0);
  await clock.settle(3_000, 50);
  expect(one.host.size).toBe(200);
  add("abc", 0);
  await clock.settle(2_000, 50);
  expect(one.host.size).toBe(201);
});

test("a state that a release cannot read costs one epoch and one log line each 30 s, and another node may take the actor", async () => {
  const { clock, node, call, row } = cluster();
  const first = await node();
  expect((await call("alarm")).outcome).toEqual({ value: 1 });
  const second = await node();
  second.readable = false;
  first.kill();
  await clock.settle(20_000, 50);
  const { epoch } = row()!;
  expect(epoch).toBe(2);
  expect([row()?.node, second.host.size, second.errors]).toEqual([null, 0, 1]);
  expect((await call("read", 2_000)).outcome).toEqual({ refused: "unavailable" });
  await clock.settle(60_000, 50);
  expect(row()!.epoch).toBeLessThanOrEqual(epoch + 3);
  expect(second.errors).toBe(1);
  // Repaired: it runs within 30 s, and a later failure is told again.
  second.readable = true;
  await clock.settle(31_000, 50);
  expect([second.host.size, second.starts]).toEqual([1, 1]);
  expect((await call("read")).outcome).toEqual({ value: 1 });
});

test("actors that one node cannot open run at a node that can, within seconds", async () => {
  const { clock, node, call } = cluster();
  const first = await node();
  const keys = Array.from({ length: 8 }, (_, i) => KEY.slice(0, -1) + i);
  for (const key of keys) expect((await call("alarm", 5_000, key)).outcome).toEqual({ value: 1 });
  const [broken, whole] = [await node(), await node()];
  broken.readable = false;
  first.kill();
  await clock.settle(20_000, 50);
  expect([broken.host.size, whole.host.size, whole.starts]).toEqual([0, 8, 8]);
  expect(broken.errors).toBeGreaterThan(0); // It was the first to try some of them.
  for (const key of keys) expect((await call("read", 5_000, key)).outcome).toEqual({ value: 1 });
});

test("a node whose acknowledged heartbeats are lost ends, and others do not", async () => {
  const { clock, node, store } = cluster();
  const [one, two] = [await node(), await node()];
  await clock.settle(10_000, 50);
  expect([one.gone, two.gone]).toEqual([[], []]);
  // The database was brought back to a few seconds ago, under running nodes.
  store.living.get(one.incarnation)!.beats -= 3;
  await clock.settle(2_000, 50);
  expect(one.gone[0]).toBe("the store went back");
  expect(two.gone).toEqual([]);
});
