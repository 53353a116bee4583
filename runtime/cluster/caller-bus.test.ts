// How a caller finds an actor, on a bus in memory and with a manual clock.

import { expect, test } from "bun:test";
import type { CallRequest, WakeRequest } from "#schema/wire/call.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { MemoryHub } from "../bus/bus-memory.ts";
import { createCaller } from "./caller-bus.ts";

const KEY = "00000000-0000-7000-8000-000000000001";
const AT = subjects.actor("channel", KEY);

test("when a silent owner has been replaced, the call goes to the new owner at once", async () => {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const bus = hub.connect();
  bus.subscribe(AT, () => {}); // A stopped owner: it receives everything and answers nothing.
  let wokenAtMs = 0;
  bus.subscribe(subjects.wake, (_request, respond) => {
    clock.timer(50, () => {
      wokenAtMs = clock.monoMs();
      bus.subscribe(AT, (request, answer) =>
        answer({ ok: true, value: (request as CallRequest).id, node: "n2", epoch: 2 }),
      );
      respond({ ok: true, node: "n2", epoch: 2 });
    });
  });
  const caller = createCaller({ bus: hub.connect(), clock, random: new SeededRandom(1) });
  let answeredAtMs = 0;
  const call = caller.call("channel", KEY, {}, { id: "one", timeoutMs: 10_000 }).then((value) => {
    answeredAtMs = clock.monoMs();
    return value;
  });
  await clock.settle(4_000, 10);
  expect(await call).toBe("one");
  expect(wokenAtMs).toBeGreaterThan(0);
  expect(answeredAtMs - wokenAtMs).toBeLessThan(50);
});

test("when the actor of a silent owner is refused to wake, the call still waits for its answer", async () => {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const bus = hub.connect();
  const asked: string[] = [];
  let answer: ((body: unknown) => void) | undefined;
  bus.subscribe(AT, (request, respond) => {
    asked.push((request as CallRequest).id);
    answer = respond;
  });
  bus.subscribe(subjects.wake, (_request, respond) => respond({ ok: false, code: "busy" }));
  const caller = createCaller({ bus: hub.connect(), clock, random: new SeededRandom(1) });
  const call = caller.call("channel", KEY, {}, { id: "one", timeoutMs: 10_000 });
  await clock.settle(3_000, 10);
  answer?.({ ok: true, value: 7, node: "n1", epoch: 1 });
  await clock.settle(100, 10);
  expect(await call).toBe(7);
  expect(new Set(asked)).toEqual(new Set(["one"]));
});

test("while an owner is silent all nodes are asked, again and again, and the next call asks them at once", async () => {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const bus = hub.connect();
  bus.subscribe(AT, () => {});
  const asked: { atMs: number; toAll: boolean | undefined }[] = [];
  bus.subscribe(subjects.wake, (request, respond) => {
    asked.push({ atMs: clock.monoMs(), toAll: (request as WakeRequest).toAll });
    respond({ ok: false, code: "busy" });
  });
  const caller = createCaller({ bus: hub.connect(), clock, random: new SeededRandom(1) });
  const call = () => caller.call("channel", KEY, {}, { timeoutMs: 4_000 }).catch((error) => error.code);
  const calls = [call(), call(), call()];
  await clock.settle(4_500, 10);
  expect(await Promise.all(calls)).toEqual(["timeout", "timeout", "timeout"]);
  expect(asked.every(({ toAll }) => toAll)).toBe(true);
  const pauses = asked.slice(1).map(({ atMs }, i) => atMs - asked[i]!.atMs);
  expect(asked.length).toBeGreaterThan(3);
  expect(Math.min(...pauses)).toBeGreaterThan(200); // One request at a time for all calls.
  asked.length = 0;
  const startMs = clock.monoMs();
  const next = call();
  await clock.settle(4_500, 10);
  expect(await next).toBe("timeout");
  expect(asked[0]!.atMs - startMs).toBeLessThan(50);
  asked.length = 0;
  await clock.settle(3_000, 10);
  expect(asked).toEqual([]); // Nobody waits any more.
});

test("a call that waits for the bus is sent as soon as the bus is back", async () => {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  hub.connect().subscribe(AT, (_request, respond) => respond({ ok: true, value: 7, node: "n1", epoch: 1 }));
  const bus = hub.connect();
  const caller = createCaller({ bus, clock, random: new SeededRandom(1) });
  bus.cut();
  let answeredAtMs = 0;
  const call = caller.call("channel", KEY, {}, { timeoutMs: 20_000 }).then((value) => {
    answeredAtMs = clock.monoMs();
    return value;
  });
  await clock.settle(10_000, 10);
  // The bus comes back at various moments.
  await clock.settle(130, 10);
  bus.mend();
  const backAtMs = clock.monoMs();
  await clock.settle(1_000, 10);
  expect(await call).toBe(7);
  expect(answeredAtMs - backAtMs).toBeLessThanOrEqual(30);
});

test("calls above the limit for one actor are refused locally; other actors are not affected", async () => {
  const clock = new ManualClock();
  const hub = new MemoryHub(clock);
  const bus = hub.connect();
  const held: ((body: unknown) => void)[] = [];
  bus.subscribe(AT, (_request, respond) => held.push(respond));
  const other = "00000000-0000-7000-8000-000000000002";
  bus.subscribe(subjects.actor("channel", other), (_request, respond) =>
    respond({ ok: true, value: "other", node: "n1", epoch: 1 }),
  );
  const caller = createCaller({ bus: hub.connect(), clock, random: new SeededRandom(1) });
  const calls = Array.from({ length: 1_000 }, () => caller.call("channel", KEY, {}));
  await expect(caller.call("channel", KEY, {})).rejects.toMatchObject({ code: "busy" });
  expect(await caller.call("channel", other, {})).toBe("other");
  await clock.settle(10);
  for (const respond of held) respond({ ok: true, value: 1, node: "n1", epoch: 1 });
  await clock.settle(10);
  expect(await Promise.all(calls)).toHaveLength(1_000);
  const next = caller.call("channel", KEY, {});
  await clock.settle(10);
  held.at(-1)?.({ ok: true, value: 2, node: "n1", epoch: 1 });
  await clock.settle(10);
  expect(await next).toBe(2);
});
