// Metrics of ownership: reasons of activations, waiting requests, and duplicate owners.

import { expect, test } from "bun:test";
import type { CallAnswer, CallRequest } from "#schema/wire/call.ts";
import type { Answer } from "../actor/calls.ts";
import { ManualClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import type { Counter, Gauge, Histogram } from "../base/metrics.ts";
import { systemRandom } from "../base/random.ts";
import { MemoryHub } from "../bus/bus-memory.ts";
import { MemoryStore } from "../store/store-memory.ts";
import { createCaller } from "./caller-bus.ts";
import { Host } from "./host.ts";
import {
  activationSeconds,
  activations,
  busyAnswers,
  duplicateOwners,
  failOverSeconds,
  requestSeconds,
  requestsWaiting,
} from "./metrics.ts";

const log = createLog({ name: "test", level: "silent" });
const key = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;

type Metric = InstanceType<typeof Counter> | InstanceType<typeof Gauge> | InstanceType<typeof Histogram>;

/** `name` selects the count or the sum of a histogram. */
async function read(metric: Metric, labels: Record<string, string> = {}, name?: string): Promise<number> {
  const { values } = (await metric.get()) as {
    values: { value: number; labels: Record<string, unknown>; metricName?: string }[];
  };
  const fits = values.filter(
    (each) =>
      (name === undefined || each.metricName?.endsWith(name)) &&
      Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  );
  return fits.reduce((sum, { value }) => sum + value, 0);
}

function setUp() {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const store = new MemoryStore(clock);
  const answer = Promise.withResolvers<Answer>();
  const host = new Host({
    incarnation: "me",
    bus: hub.connect(),
    clock,
    store,
    log,
    kinds: [
      {
        name: "channel",
        open: () => ({
          ask: () => answer.promise,
          reads: () => true,
          idleAtVersion: null,
          suspend: async () => {},
          resume: () => {},
          stop: async () => {},
        }),
      },
    ],
    onStoreTime: () => {},
  });
  return { clock, hub, store, host, answer };
}

test("each activation is counted with its reason, and a fail-over with its duration", async () => {
  const { clock, store, host } = setUp();
  const reasons = ["first", "woken", "hand_over", "left_node", "dead_node"];
  const counts = () => Promise.all(reasons.map((reason) => read(activations, { reason })));
  const before = await counts();
  const seconds = await read(failOverSeconds, {}, "_sum");
  const opened = await read(activationSeconds, {}, "_count");
  for (const incarnation of ["handing", "left", "dead"])
    await store.nodes.join({ incarnation, name: incarnation, address: "http://x", slots: 1 });
  await store.nodes.drain("handing");
  await store.nodes.leave("left");
  for (let number = 2; number <= 5; number++)
    await store.actors.claim({ kind: "channel", key: key(number) }, { node: "other", believedEpoch: 0, dead: null });
  clock.advance(1_500);
  await host.open("channel", key(1), { believedEpoch: 0, dead: null });
  await host.open("channel", key(2), { believedEpoch: 1, dead: null });
  for (const [index, incarnation] of ["handing", "left", "dead"].entries())
    await host.open("channel", key(3 + index), { believedEpoch: 1, dead: { incarnation, seenAt: null } });
  await clock.settle();
  expect((await counts()).map((count, index) => count - before[index]!)).toEqual([1, 1, 1, 1, 1]);
  expect((await read(failOverSeconds, {}, "_sum")) - seconds).toBeCloseTo(1.5);
  expect((await read(activationSeconds, {}, "_count")) - opened).toBe(5);
});

test("a waiting request is counted until its answer, which records the time; busy answers are counted separately", async () => {
  const { clock, hub, host, answer } = setUp();
  const before = {
    waiting: await read(requestsWaiting),
    sum: await read(requestSeconds, {}, "_sum"),
    busy: await read(busyAnswers),
  };
  await host.open("channel", key(1), { believedEpoch: 0, dead: null });
  const request: CallRequest = { id: "call", remainingMs: 5_000, message: {} };
  const asked = hub.connect().request(`actor.channel.${key(1)}`, request, { timeoutMs: 5_000 });
  await clock.settle(10);
  await clock.settle(250);
  expect(await read(requestsWaiting)).toBe(before.waiting + 1);
  answer.resolve({ ok: false, code: "busy" });
  await clock.settle();
  expect((await asked) as CallAnswer).toMatchObject({ code: "busy" });
  expect(await read(requestsWaiting)).toBe(before.waiting);
  expect((await read(requestSeconds, {}, "_sum")) - before.sum).toBeCloseTo(0.25, 1);
  expect(await read(busyAnswers)).toBe(before.busy + 1);
});

test("two nodes that answer with one epoch count as duplicate owners; a new owner with the next epoch does not", async () => {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const caller = createCaller({ bus: hub.connect(), clock, random: systemRandom });
  let owner = { node: "a", epoch: 1 };
  hub.connect().subscribe(`actor.channel.${key(1)}`, (_body, respond) => respond({ ok: true, value: null, ...owner }));
  const before = await read(duplicateOwners);
  const call = () => caller.call("channel", key(1), { type: "describe" });
  await call();
  await call();
  owner = { node: "b", epoch: 2 };
  await call();
  expect(await read(duplicateOwners)).toBe(before);
  owner = { node: "a", epoch: 2 };
  await call();
  expect(await read(duplicateOwners)).toBe(before + 1);
});
