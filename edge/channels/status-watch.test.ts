import { afterEach, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { ChannelStatus, ViewersReport } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { createWatches } from "./status-watch.ts";

const CHANNEL = "0190f3b0-0000-7000-8000-000000000001";
const log = createLog({ name: "test", level: "silent" });
let stop = () => {};
afterEach(() => stop());

const statusOf = (over: Partial<ChannelStatus> = {}): ChannelStatus => ({
  channelId: CHANNEL,
  epoch: 1,
  phase: "live",
  broadcastId: "0190f3b0-0000-7000-8000-00000000000b",
  startedAt: null,
  origin: "http://127.0.0.1:1",
  ended: false,
  headSeq: 0,
  viewers: 0,
  ...over,
});

function setup(describe: () => Promise<ChannelStatus> = async () => statusOf()) {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const owner = hub.connect();
  const reports: ViewersReport[] = [];
  owner.subscribe(subjects.viewers(CHANNEL), (body) => reports.push(body as ViewersReport));
  let asked = 0;
  const caller: Caller = {
    async call<Value>() {
      asked++;
      return (await describe()) as Value;
    },
  };
  const watches = createWatches({ bus: hub.connect(), caller, clock, log, edgeId: "edge-1", idleMs: 30_000 });
  stop = () => watches.stop();
  const say = async (status: ChannelStatus) => {
    owner.publish(subjects.status(CHANNEL), status);
    await clock.settle();
  };
  return { clock, watches, reports, say, hub, asked: () => asked };
}

test("many requests for an unknown channel's status make one call", async () => {
  const { watches, asked } = setup();
  const answers = await Promise.all(Array.from({ length: 100 }, () => watches.status(CHANNEL)));
  expect(asked()).toBe(1);
  expect(answers.every((status) => status.phase === "live")).toBe(true);
  expect(watches.known(CHANNEL)?.epoch).toBe(1);
});

test("a lower epoch is ignored, within one epoch the latest wins", async () => {
  const { watches, say } = setup();
  await watches.status(CHANNEL);
  await say(statusOf({ epoch: 3, headSeq: 5 }));
  await say(statusOf({ epoch: 2, headSeq: 9 }));
  expect(watches.known(CHANNEL)).toMatchObject({ epoch: 3, headSeq: 5 });
  await say(statusOf({ epoch: 3, headSeq: 4 }));
  expect(watches.known(CHANNEL)).toMatchObject({ epoch: 3, headSeq: 4 });
});

test("a listener gets the known status and every later one, until it stops", async () => {
  const { watches, say, clock } = setup();
  const heard: number[] = [];
  await watches.status(CHANNEL);
  const end = watches.watch(CHANNEL, (status) => heard.push(status.headSeq));
  await clock.settle();
  await say(statusOf({ headSeq: 7 }));
  end();
  await say(statusOf({ headSeq: 8 }));
  expect(heard).toEqual([0, 7]);
});

test("a quiet owner is asked after 5 s, with back-off while it does not answer, and the last status stays", async () => {
  let answers = true;
  const { watches, clock, asked } = setup(async () => {
    if (!answers) throw new Refusal("unavailable");
    return statusOf();
  });
  await watches.status(CHANNEL);
  watches.watch(CHANNEL, () => {});
  await clock.settle(4_500, 50);
  expect(asked()).toBe(1);
  answers = false;
  await clock.settle(20_000, 50);
  expect(asked()).toBeGreaterThanOrEqual(4);
  expect(asked()).toBeLessThanOrEqual(9);
  expect((await watches.status(CHANNEL)).epoch).toBe(1);
});

test("an unknown status without an answer rejects with the refusal, and many requests make one call", async () => {
  const { watches, asked } = setup(async () => {
    throw new Refusal("unavailable", "no actor node is running");
  });
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => watches.status(CHANNEL)));
  expect(outcomes.every((o) => o.status === "rejected" && o.reason.code === "unavailable")).toBe(true);
  await expect(watches.status(CHANNEL)).rejects.toMatchObject({ code: "unavailable" });
  expect(asked()).toBe(1);
});

const here = (count: number) => ({ count, sketch: () => `keys of ${count}` });

test("the owner gets the viewer count every 2 s, and a changed one at most once a second", async () => {
  const { watches, clock, reports } = setup();
  await watches.status(CHANNEL);
  await clock.settle(4_100, 50);
  expect(reports).toEqual(Array(3).fill({ edge: "edge-1", count: 0 }));
  for (let count = 1; count <= 10; count++) {
    watches.setViewers(CHANNEL, here(count));
    await clock.settle(100, 50);
  }
  await clock.settle(1_000, 50);
  const counts = reports.slice(3).map((report) => report.count);
  expect(counts.at(-1)).toBe(10);
  expect(counts.length).toBeLessThanOrEqual(3);
  expect(reports.at(-1)).toEqual({ edge: "edge-1", count: 10, sketch: "keys of 10" });
});

test("a channel without requests is closed after 30 s, unless it has a listener or viewers", async () => {
  const { watches, clock, hub, say } = setup();
  const end = watches.watch(CHANNEL, () => {});
  await clock.settle(40_000, 100);
  expect(watches.known(CHANNEL)).toBeDefined();
  end();
  watches.setViewers(CHANNEL, here(2));
  await clock.settle(40_000, 100);
  expect(watches.known(CHANNEL)).toBeDefined();
  watches.setViewers(CHANNEL, here(0));
  await say(statusOf());
  await clock.settle(1_000, 100);
  expect(watches.known(CHANNEL)).toBeUndefined();
  expect(hub.receivers(subjects.status(CHANNEL))).toEqual([]);
});

test("doubt asks the actor at once, and not again within half a second", async () => {
  const { watches, clock, asked } = setup();
  await watches.status(CHANNEL);
  await clock.settle(1_000, 50);
  for (let i = 0; i < 20; i++) watches.doubt(CHANNEL);
  await clock.settle();
  expect(asked()).toBe(2);
});
