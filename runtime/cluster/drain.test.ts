// Hand-overs of single actors, with a fake host and fake nodes that only count.

import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { Drain, type DrainOptions } from "./drain.ts";
import type { Host } from "./host.ts";
import type { LivingNodes } from "./living-nodes.ts";

const actor = (key: string) => ({ kind: "channel", key });

function draining(others: { id: string; weight: number }[]) {
  const given: string[] = [];
  const asked: string[] = [];
  let underWay = 0;
  const seen = { most: 0 };
  const host = {
    actors: [],
    sleepIdle: async () => {},
    async handOver({ key }: { key: string }, give: (epoch: number) => Promise<boolean>) {
      seen.most = Math.max(seen.most, ++underWay);
      await Bun.sleep(1);
      if (await give(1)) given.push(key);
      underWay--;
      return true;
    },
  } as unknown as Host;
  const livingNodes = { refresh: async () => true, others } as unknown as LivingNodes;
  const options: DrainOptions = {
    incarnation: "me",
    host,
    livingNodes,
    clock: new ManualClock(),
    log: createLog({ name: "test", level: "silent" }),
    actors: {} as DrainOptions["actors"],
    async activateAt(node) {
      asked.push(node);
      return { ok: true };
    },
  };
  return { drain: new Drain(options), given, asked, seen };
}

test("an actor that this node cannot serve is handed to another node", async () => {
  const { drain, given, asked } = draining([{ id: "other", weight: 3 }]);
  await drain.handElsewhere(actor("a"));
  expect([given, asked]).toEqual([["a"], ["other"]]);
});

test("an actor stays when no other node has room", async () => {
  for (const others of [[], [{ id: "full", weight: 0 }]]) {
    const { drain, given, seen } = draining(others);
    await drain.handElsewhere(actor("a"));
    expect([given, seen.most]).toEqual([[], 0]);
  }
});

test("the channels of an unreachable nginx are handed over a few at a time", async () => {
  const { drain, given, seen } = draining([{ id: "other", weight: 100 }]);
  await Promise.all(Array.from({ length: 40 }, (_, n) => drain.handElsewhere(actor(`${n}`))));
  expect(given).toHaveLength(40);
  expect(seen.most).toBe(4);
});
