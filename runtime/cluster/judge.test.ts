// When a node may judge others: not after a stall of its own; a slow start is no stall. Whom it finds dead.

import { expect, test } from "bun:test";
import { subjects } from "#schema/wire/subjects.ts";
import { ManualClock } from "../base/clock.ts";
import { MemoryHub } from "../bus/bus-memory.ts";
import { MemoryStore } from "../store/store-memory.ts";
import { EventLoop } from "./event-loop.ts";
import { Judge, MUTE_MS, VERDICT_MS_MIN } from "./judge.ts";

function judging() {
  const clock = new ManualClock();
  const eventLoop = new EventLoop(clock);
  const bus = new MemoryHub(clock).connect();
  const store = new MemoryStore(clock);
  const judge = new Judge({ bus, clock, store, eventLoop });
  const live = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1_000);
      eventLoop.tick(1_000);
      judge.renewed(true);
    }
  };
  return { clock, judge, eventLoop, live, bus, store };
}

/** A peer that has sent one heartbeat, and a judge that has lived steadily since. */
async function peer({ silentForMs, answers }: { silentForMs: number; answers: "answer" | "silence" | "nobody" }) {
  const { clock, judge, eventLoop, bus, store } = judging();
  const incarnation = "00000000-0000-7000-8000-000000000001";
  await store.nodes.join({ incarnation, name: "peer", address: "http://peer", slots: 1 });
  if (answers !== "nobody")
    bus.subscribe(subjects.ping(incarnation), (_body, respond) => answers === "answer" && respond(true));
  const steady = (ms: number) => {
    for (let i = 0; i < ms; i += 100) {
      clock.advance(100);
      eventLoop.tick(100);
      judge.renewed(true);
    }
  };
  steady(silentForMs);
  const judged = async () => {
    const fromMs = clock.monoMs();
    const verdict = judge.judge(incarnation);
    let isOver = false;
    void verdict.finally(() => {
      isOver = true;
    });
    for (let turn = 0; !isOver; turn++) {
      for (let i = 0; i < 20; i++) await Promise.resolve();
      if (turn % 10 === 9) {
        clock.advance(10);
        eventLoop.tick(10);
        judge.renewed(true);
      }
    }
    return { isDead: (await verdict) !== null, tookMs: clock.monoMs() - fromMs };
  };
  return { judge, judged, clock, incarnation };
}

test("a slow start is not a stall", () => {
  const { clock, judge, eventLoop } = judging();
  clock.advance(60_000);
  expect([eventLoop.tick(1_000), judge.settled]).toEqual([0, true]);
});

test("a late tick is a stall, and is known before the tick comes", () => {
  const { clock, judge, eventLoop, live } = judging();
  live(3);
  expect(judge.settled).toBe(true);
  clock.advance(4_000);
  expect(judge.settled).toBe(false);
  expect([eventLoop.tick(1_000), judge.settled]).toEqual([3_000, false]);
  live(2);
  expect(judge.settled).toBe(true);
});

test("the age of `seen_at` counts after ten unbroken seconds of own renewals, and a pause breaks them", () => {
  const { clock, judge, live } = judging();
  live(10);
  expect(judge.trustsAge).toBe(false);
  live(1);
  expect(judge.trustsAge).toBe(true);
  clock.advance(8_000);
  expect(judge.trustsAge).toBe(false);
  live(9);
  expect(judge.trustsAge).toBe(false);
  live(2);
  expect(judge.trustsAge).toBe(true);
  judge.renewed(false);
  expect(judge.trustsAge).toBe(false);
});

test("a node whose connection has ended is dead within half a second, however young its heartbeat is", async () => {
  const { judged } = await peer({ silentForMs: 2_000, answers: "nobody" });
  const { isDead, tookMs } = await judged();
  expect(isDead).toBe(true);
  expect(tookMs).toBeGreaterThanOrEqual(VERDICT_MS_MIN);
  expect(tookMs).toBeLessThan(500);
});

test("a node that neither answers nor sends heartbeats is dead within a second after MUTE_MS", async () => {
  const { judged } = await peer({ silentForMs: MUTE_MS + 500, answers: "silence" });
  const { isDead, tookMs } = await judged();
  expect(isDead).toBe(true);
  expect(tookMs).toBeLessThan(700);
});

test("a node that was silent for less lives, and so does one that answers", async () => {
  for (const one of [
    { silentForMs: MUTE_MS - 300, answers: "silence" },
    { silentForMs: MUTE_MS + 500, answers: "answer" },
  ] as const)
    expect(await (await peer(one)).judged()).toMatchObject({ isDead: false });
});

test("a judge that hears nothing of two nodes of two doubts itself, and of one of three does not", async () => {
  const { judge, judged } = await peer({ silentForMs: MUTE_MS + 500, answers: "silence" });
  judge.pinged({ nodes: 2, unanswered: 2 });
  expect(await judged()).toMatchObject({ isDead: false });
  judge.pinged({ nodes: 3, unanswered: 1 });
  expect(await judged()).toMatchObject({ isDead: true });
});

test("a judge whose own heartbeats were interrupted a second ago does not judge by silence", async () => {
  const { judge, judged } = await peer({ silentForMs: MUTE_MS + 500, answers: "silence" });
  judge.renewed(false);
  expect(await judged()).toMatchObject({ isDead: false });
});

test("a process that has ended is found dead at once, unless the node answers all the same", async () => {
  const isDead = async (answers: "answer" | "silence" | "nobody") => {
    const { judge, clock, incarnation } = await peer({ silentForMs: 3_000, answers });
    const verdict = judge.ended(incarnation);
    await clock.settle(300, 10);
    return (await verdict) !== null;
  };
  expect([await isDead("nobody"), await isDead("silence"), await isDead("answer")]).toEqual([true, true, false]);
});

test("who may not judge believes no connection either; a node that is not known is dead", async () => {
  const { judge } = judging();
  expect(await judge.ended("00000000-0000-7000-8000-000000000009")).toMatchObject({ seenAt: null });
  const other = await peer({ silentForMs: 3_000, answers: "nobody" });
  other.clock.advance(4_000); // It stood still.
  const verdict = other.judge.ended(other.incarnation);
  await other.clock.settle(300, 10);
  expect(await verdict).toBeNull();
});
