// The walker while stores are away, and when it is stopped.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { ObjectsAway } from "#runtime/objects/objects.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { Message } from "../rules/orphan-sweep.ts";
import { startWalker } from "./walker.ts";

function setup() {
  const clock = new ManualClock();
  const objects = new MemoryObjects(clock);
  let asked = 0;
  objects.fault = () => {
    asked++;
    return undefined;
  };
  // Nothing is in the bucket, and no video is there.
  const sql = (async () => []) as never;
  const told: Message[] = [];
  const log = createLog({ name: "test", level: "silent" });
  const parts = { sql, objects, log, clock, nowMs: () => clock.wallMs() };
  const start = () => startWalker({ in: "uploads", after: null }, { parts, self: { tell: (m) => void told.push(m) } });
  return { clock, objects, told, start, asked: () => asked };
}

test("it walks to the end and tells it once", async () => {
  const { clock, told, start } = setup();
  start();
  await clock.settle(5_000, 50);
  expect(told).toEqual([{ type: "went", place: null }]);
});

test("it waits for a store that is away, and goes on where it was", async () => {
  const { clock, objects, told, start } = setup();
  let asked = 0;
  objects.fault = () => {
    asked++;
    return new ObjectsAway("503");
  };
  start();
  await clock.settle(600_000, 500);
  expect(asked).toBeWithin(5, 20);
  expect(told).toEqual([]);
  objects.fault = () => undefined;
  await clock.settle(70_000, 500);
  expect(told.map((message) => message.type === "went" && message.place)).toEqual([{ in: "parts" }, null]);
});

test("once it is stopped it asks for nothing and tells nothing", async () => {
  const { clock, told, start, asked } = setup();
  const walker = start();
  await walker.stop("ask");
  const before = asked();
  await clock.settle(60_000, 500);
  expect([told, asked()]).toEqual([[], before]);
});
