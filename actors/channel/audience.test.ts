// The audience of a channel, over the bus in memory and with a manual clock.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import type { Phase } from "#schema/api/broadcasts.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { sketchOf } from "#schema/wire/viewers.ts";
import { Audience, type AudienceOwner } from "./audience.ts";

const CHANNEL = "c0";

function open() {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const edge = hub.connect();
  const told: ChannelStatus[] = [];
  edge.subscribe(subjects.status(CHANNEL), (body) => told.push(body as ChannelStatus));
  const now: { phase: Phase } = { phase: "offline" };
  const higher: true[] = [];
  let began = 0;
  const owner: AudienceOwner = {
    channelId: CHANNEL,
    epoch: 3,
    describe: () => ({
      channelId: CHANNEL,
      epoch: 3,
      broadcastId: null,
      startedAt: null,
      origin: null,
      ended: false,
      headSeq: 0,
      ...now,
    }),
    onWatched: () => void began++,
    onCount: () => {},
    onSketch() {},
    onHigherEpoch: () => higher.push(true),
  };
  const audience = new Audience({ bus: hub.connect(), clock }, owner);
  return {
    clock,
    edge,
    told,
    now,
    higher,
    audience,
    began: () => began,
    report: (count: number) => edge.publish(subjects.viewers(CHANNEL), { edge: "e", count }),
    ears: () => hub.receivers(subjects.viewers(CHANNEL)).length,
  };
}

test("viewers are counted and the status is repeated while reports come", async () => {
  const { clock, audience, told, report, began } = open();
  audience.interested();
  for (let i = 0; i < 10; i++) {
    report(4);
    await clock.settle(2_000);
  }
  expect([audience.viewers, told.length >= 9, told.at(-1)?.viewers]).toEqual([4, true, 4]);
  expect(began()).toBe(1);
  await clock.settle(8_000);
  expect([audience.watched, audience.viewers]).toEqual([false, 0]);
});

test("a viewer on two edges is counted once, and those of an edge of an earlier release are added", async () => {
  const { clock, edge, audience } = open();
  audience.interested();
  for (const [name, keys] of Object.entries({ a: [1, 2, 3], b: [3, 4] }))
    edge.publish(subjects.viewers(CHANNEL), { edge: name, count: keys.length, sketch: sketchOf(keys) });
  edge.publish(subjects.viewers(CHANNEL), { edge: "old", count: 5 });
  await clock.settle(100);
  expect(audience.viewers).toBe(9);
  await clock.settle(7_000);
  expect(audience.viewers).toBe(0);
});

test("off air and without requests the audience rests without timer and subscriptions, and listens again after the next request", async () => {
  const { clock, audience, report, ears, told } = open();
  audience.announce();
  await clock.settle(100);
  expect([told.length, ears(), clock.waiting]).toEqual([1, 0, 0]);
  audience.interested();
  expect(ears()).toBe(1);
  await clock.settle(13_000);
  expect([ears(), clock.waiting]).toEqual([0, 0]);
  audience.interested();
  expect(audience.status().viewers).toBe(0);
  report(2);
  await clock.settle(100);
  expect([ears(), audience.viewers]).toEqual([1, 2]);
});

test("on air the audience notices a higher epoch however long there were no viewers", async () => {
  const { clock, edge, now, higher, ears, audience } = open();
  now.phase = "live";
  audience.announce();
  await clock.settle(60_000);
  expect(ears()).toBe(1);
  edge.publish(subjects.status(CHANNEL), { epoch: 4 });
  await clock.settle(100);
  expect(higher).toEqual([true]);
});

test("a stopped audience does not listen, even when asked", async () => {
  const { clock, audience, ears } = open();
  audience.stop();
  audience.interested();
  await clock.settle(100);
  expect([ears(), clock.waiting]).toEqual([0, 0]);
});
