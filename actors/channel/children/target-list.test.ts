import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { Message } from "../rules/messages.ts";
import type { ListedTarget } from "../rules/target-runs.ts";
import { fakeChannel } from "../testing.ts";
import { targetList } from "./target-list.ts";

function start(targets: ListedTarget[] | null, { any = false } = {}) {
  const clock = new ManualClock();
  const told: Message[] = [];
  const store: { targets: ListedTarget[] | null; asked: number } = { targets, asked: 0 };
  const listTargets = async () => {
    store.asked++;
    if (!store.targets) throw new Error("away");
    return store.targets;
  };
  const child = targetList.start(
    { broadcastId: "b", asked: 0, any },
    { parts: { clock, listTargets }, channel: fakeChannel(), self: { tell: (message) => told.push(message) } },
  );
  const lists = () => told.splice(0).map((message) => (message as { targets: ListedTarget[] }).targets);
  return { clock, child, store, lists };
}
const A = { id: "a", revision: 1 };

test("the list is told once, and again when it has changed", async () => {
  const { clock, store, lists } = start([A]);
  await clock.settle();
  expect(lists()).toEqual([[A]]);
  await clock.settle(60_000, 1_000);
  expect([lists(), store.asked]).toEqual([[], 3]);
  store.targets = [];
  await clock.settle(30_000, 1_000);
  expect(lists()).toEqual([[]]);
});

test("a channel without targets costs its actor no message, unless it had some", async () => {
  const never = start([]);
  await never.clock.settle();
  expect(never.lists()).toEqual([]);
  const before = start([], { any: true });
  await before.clock.settle();
  expect(before.lists()).toEqual([[]]);
});

test("while the store is away it is asked again, and after a stop no more", async () => {
  const { clock, child, store, lists } = start(null);
  await clock.settle(5_000, 100);
  expect(store.asked).toBeGreaterThan(2);
  store.targets = [A];
  await clock.settle(10_000, 100);
  expect(lists()).toEqual([[A]]);
  await child.stop("ask");
  const { asked } = store;
  await clock.settle(60_000, 1_000);
  expect([store.asked, clock.waiting]).toEqual([asked, 0]);
});
