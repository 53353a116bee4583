// The rules of durability, with a store in memory and a manual clock.

import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { StorePoisoned } from "../store/store.ts";
import { MemoryStore } from "../store/store-memory.ts";
import { type Actor, Refusal, type Self } from "./actor.ts";
import { Cell } from "./cell.ts";
import { Running } from "./running.ts";

// A counter that runs one child for the number it has reached; its effect records the number in `said`.
type Message = { type: "up" | "read" | "boom" | "no" | "wait" | "wake"; by?: number };
type Start = (self: Self<Message>, n: number) => void;

function counter(
  said: number[],
  start: Start,
  stopped: string[],
  heard: string[],
): Actor<number, Message, number, number> {
  return {
    initial: () => 0,
    revive: (saved) => saved as number,
    decide: (n, message) => {
      if (message.type === "boom") throw new Error("bug");
      if (message.type === "no") throw new Refusal("forbidden", "not you");
      if (message.type === "wait") return { park: "waiters" };
      if (message.type === "wake") return { events: [1], answers: { waiters: "woken" } };
      if (message.type === "read") return { reply: n };
      const by = message.by ?? 1;
      return { reply: n + by, events: [by], effects: [n + by] };
    },
    evolve: (n, by) => {
      if (Number.isNaN(by)) throw new Error("bug");
      return n + by;
    },
    runs: (n) => ({
      children: {
        worker: {
          key: `${n}`,
          start: (self) => {
            start(self, n);
            return {
              stop: async (how) => void stopped.push(`${n} ${how}`),
              saved: (state, sentMonoMs) => void heard.push(`${n}: ${state} sent at ${sentMonoMs}`),
            };
          },
        },
      },
    }),
    perform: (n) => void said.push(n),
    reads: (message) => message.type === "read",
    wakeAtMs: () => null,
  };
}

async function wake({ start = (() => {}) as Start, mailboxMax = 1_000 } = {}) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const said: number[] = [];
  const stopped: string[] = [];
  const heard: string[] = [];
  const bugs: string[] = [];
  let fenced = 0;
  const loop = { mayWrite: true };
  const id = { kind: "counter", key: "1" };
  const open = async (believedEpoch: number) => {
    const claimed = await store.actors.claim(id, { node: "n", believedEpoch, dead: null });
    if (!claimed) throw new Error("not claimed");
    return new Cell(counter(said, start, stopped, heard), {
      id,
      claimed,
      world: { clock, nowMs: () => clock.wallMs(), store: store.actors, mailboxMax },
      owner: {
        mayWrite: () => loop.mayWrite,
        onFenced: () => void fenced++,
        onBug: (_error, what) => bugs.push(what),
      },
    });
  };
  const cell = await open(0);
  let calls = 0;
  const ask = (message: Message, callId = `call ${calls++}`, of = cell) =>
    of.ask(message, { id: callId, deadlineMonoMs: clock.monoMs() + 5_000 });
  const row = () => store.rows.get("counter/1");
  return { cell, loop, clock, store, said, stopped, heard, bugs, ask, open, row, fencedTimes: () => fenced };
}

test("a reply waits for the save that covers it; a child starts at once", async () => {
  const started: number[] = [];
  const { ask, clock, store, said } = await wake({ start: (_self, n) => started.push(n) });
  store.fault = (statement) => (statement === "save" ? "before" : undefined);
  let answer: unknown;
  void ask({ type: "up" }).then((a) => {
    answer = a;
  });
  await clock.settle(40);
  expect([answer, said, started]).toEqual([undefined, [], [0, 1]]);
  store.fault = () => undefined;
  await clock.settle(2_000);
  expect([answer, said]).toEqual([{ ok: true, value: 1 }, [1]]);
});

test("a process that stood still saves nothing until it may write again", async () => {
  const { ask, loop, clock, store } = await wake();
  loop.mayWrite = false;
  const answer = ask({ type: "up" });
  await clock.settle(2_000);
  expect(store.writes).toEqual([]);
  loop.mayWrite = true;
  await clock.settle(1_000);
  expect([await answer, store.writes.length]).toEqual([{ ok: true, value: 1 }, 1]);
});

test("messages that arrive during one save share the next save", async () => {
  const { ask, clock, store } = await wake();
  const answers = Array.from({ length: 10 }, () => ask({ type: "up" }));
  await clock.settle();
  expect(await Promise.all(answers)).toHaveLength(10);
  expect(store.writes.length).toBe(2);
});

test("while the store is away, a read is answered from the last saved state and a write waits until its deadline", async () => {
  const { ask, clock, store } = await wake();
  expect(await ask({ type: "up" })).toEqual({ ok: true, value: 1 });
  store.fault = (statement) => (statement === "save" ? "before" : undefined);
  const write = ask({ type: "up" });
  await clock.settle(100);
  expect(await ask({ type: "read" })).toEqual({ ok: true, value: 1 });
  await clock.settle(5_000);
  expect(await write).toEqual({ ok: false, code: "unavailable" });
});

test("a read that arrived before the outage was noticed is answered from the saved state too", async () => {
  const { ask, clock, store } = await wake();
  expect(await ask({ type: "up" })).toEqual({ ok: true, value: 1 });
  store.fault = (statement) => (statement === "save" ? "before" : undefined);
  void ask({ type: "up" });
  const read = ask({ type: "read" });
  await clock.settle(100);
  expect(await read).toEqual({ ok: true, value: 1 });
});

test("a commit with unknown outcome is found saved, and nothing is written twice", async () => {
  const { ask, clock, store, row } = await wake();
  let faults = 1;
  store.fault = (statement) => (statement === "save" && faults-- > 0 ? "after" : undefined);
  const write = ask({ type: "up" });
  await clock.settle(500);
  expect(await write).toEqual({ ok: true, value: 1 });
  expect([row()?.version, store.writes.length]).toEqual([1, 1]);
});

test("a fenced owner kills its children, answers moved and performs no effect", async () => {
  const { ask, clock, cell, open, said, stopped, fencedTimes } = await wake();
  await open(1);
  const answer = await ask({ type: "up" });
  expect(answer).toEqual({ ok: false, code: "moved" });
  expect([said, fencedTimes()]).toEqual([[], 1]);
  expect(stopped).toContain("1 kill");
  cell.tell({ type: "up" });
  await clock.settle(1_000);
  expect([await ask({ type: "read" }), said]).toEqual([{ ok: false, code: "moved" }, []]);
});

test("a call repeated under its id is done once, even when the repeat reaches the next owner", async () => {
  const { ask, open, cell } = await wake();
  expect(await ask({ type: "up" }, "same")).toEqual({ ok: true, value: 1 });
  expect(await ask({ type: "up" }, "same")).toEqual({ ok: true, value: 1 });
  expect(cell.state).toBe(1);
  const next = await open(1);
  expect(await ask({ type: "up" }, "same", next)).toEqual({ ok: true, value: 1 });
  expect(await ask({ type: "up" }, "other", next)).toEqual({ ok: true, value: 2 });
});

test("a repeat of an unanswered call joins it", async () => {
  const { ask, cell } = await wake();
  const both = [ask({ type: "up" }, "same"), ask({ type: "up" }, "same")];
  expect(await Promise.all(both)).toEqual([
    { ok: true, value: 1 },
    { ok: true, value: 1 },
  ]);
  expect(cell.state).toBe(1);
});

test("a poisoned value refuses only the message that carries it", async () => {
  const { ask, clock, store, cell, bugs, row } = await wake();
  store.fault = () => undefined;
  const save = store.actors.save;
  store.actors.save = (what) =>
    (what.state as number) >= 1_000 ? Promise.reject(new StorePoisoned("22003")) : save(what);
  const answers = [
    ask({ type: "up" }),
    ask({ type: "up", by: 1_000 }),
    ask({ type: "up", by: 2 }),
    ask({ type: "read" }),
  ];
  await clock.settle(200);
  expect(await Promise.all(answers)).toEqual([
    { ok: true, value: 1 },
    { ok: false, code: "invalid_value" },
    { ok: true, value: 3 },
    { ok: true, value: 3 },
  ]);
  expect([cell.state, row()?.state, bugs]).toEqual([3, 3, ["save"]]);
  expect(await ask({ type: "up" })).toEqual({ ok: true, value: 4 });
});

test("a parked request is answered by a later message, never after its deadline", async () => {
  const { ask, clock, cell } = await wake();
  const waiting = ask({ type: "wait" });
  await clock.settle(100);
  cell.tell({ type: "wake" });
  await clock.settle();
  expect(await waiting).toEqual({ ok: true, value: "woken" });
  const late = ask({ type: "wait" });
  await clock.settle(5_000);
  expect(await late).toEqual({ ok: false, code: "timeout" });
  cell.tell({ type: "wake" });
});

test("a full mailbox answers busy, with the time to wait before a retry", async () => {
  const { ask, clock, store } = await wake({ mailboxMax: 2 });
  store.fault = (statement) => (statement === "save" ? "before" : undefined);
  void ask({ type: "up" });
  void ask({ type: "up" });
  expect(await ask({ type: "up" })).toEqual({ ok: false, code: "busy", retryAfterMs: 200 });
  store.fault = () => undefined;
  await clock.settle(2_000);
  expect(await ask({ type: "up" })).toEqual({ ok: true, value: 3 });
});

test("the asker reads a refusal but not a bug, and the state stays unchanged", async () => {
  const { ask, cell, bugs } = await wake();
  expect(await ask({ type: "no" })).toEqual({ ok: false, code: "forbidden", detail: "not you" });
  expect(await ask({ type: "boom" })).toEqual({ ok: false, code: "internal" });
  expect([cell.state, bugs]).toEqual([0, ["decide"]]);
});

test("a message that a child sends while it starts is received after the start", async () => {
  const started: number[] = [];
  const { clock, cell, bugs } = await wake({
    start: (self, n) => {
      if (n < 3) self.tell({ type: "up" });
      started.push(n);
    },
  });
  await clock.settle();
  expect([cell.state, started, bugs]).toEqual([3, [0, 1, 2, 3], []]);
});

test("a child that throws when it starts does not stop the mailbox", async () => {
  const { ask, bugs } = await wake({
    start: () => {
      throw new Error("spawn");
    },
  });
  expect(await ask({ type: "up" })).toEqual({ ok: true, value: 1 });
  expect(bugs).toEqual(["start worker", "start worker"]);
});

test("a suspended cell runs nothing; a resumed one runs what its state requires", async () => {
  const started: number[] = [];
  const { cell, stopped, clock, ask } = await wake({ start: (_self, n) => started.push(n) });
  await cell.suspend();
  await ask({ type: "up" });
  expect([started, stopped]).toEqual([[0], ["0 kill"]]);
  cell.resume();
  await clock.settle();
  expect(started).toEqual([0, 1]);
});

test("a child that starts again after a cut-off hears which state is saved", async () => {
  const { cell, heard, store, clock, ask } = await wake();
  await ask({ type: "up" });
  store.fault = (statement) => (statement === "save" ? "before" : undefined);
  void ask({ type: "up" });
  await clock.settle(100);
  await cell.suspend();
  heard.length = 0;
  cell.resume();
  expect([cell.state, heard]).toEqual([2, ["2: 1 sent at -Infinity"]]);
});

test("a call that timed out while the store was away is done once when it is repeated", async () => {
  const { ask, clock, store, cell } = await wake();
  store.fault = (statement) => (statement === "save" ? "before" : undefined);
  const first = ask({ type: "up" }, "same");
  await clock.settle(5_000);
  expect(await first).toEqual({ ok: false, code: "unavailable" });
  const again = ask({ type: "up" }, "same");
  await clock.settle(100);
  store.fault = () => undefined;
  await clock.settle(2_000);
  expect([await again, cell.state]).toEqual([{ ok: true, value: 1 }, 1]);
});

test("a parked call is answered although a message beside the answering one was poisoned", async () => {
  const { ask, clock, store, cell } = await wake();
  const { save } = store.actors;
  store.actors.save = (what) =>
    (what.state as number) >= 1_000 ? Promise.reject(new StorePoisoned("22003")) : save(what);
  const waiting = ask({ type: "wait" });
  await clock.settle();
  void ask({ type: "up" });
  cell.tell({ type: "up", by: 1_000 });
  cell.tell({ type: "wake" });
  await clock.settle(200);
  expect([await waiting, cell.state]).toEqual([{ ok: true, value: "woken" }, 2]);
});

test("when evolve throws, only that message fails and the mailbox goes on", async () => {
  const { ask, clock, bugs, cell } = await wake();
  const broken = ask({ type: "up", by: Number.NaN });
  await clock.settle();
  expect([await broken, bugs]).toEqual([{ ok: false, code: "internal" }, ["decide"]]);
  expect([await ask({ type: "up" }), cell.state]).toEqual([{ ok: true, value: 1 }, 1]);
});

test("a child that is still stopping is killed when its owner is killed", async () => {
  const how: string[] = [];
  const gone = Promise.withResolvers<void>();
  const clock = new ManualClock();
  const start = (n: number) => () => ({
    stop: async (manner: string) => {
      how.push(`${n} ${manner}`);
      if (manner === "kill") gone.resolve();
      await gone.promise;
    },
  });
  const running = new Running({ clock, nowMs: () => clock.wallMs() }, { onBug: () => {} }, { tell: () => {} });
  running.match({ children: { worker: { key: "1", start: start(1) } } });
  running.match({ children: { worker: { key: "2", start: start(2) } } });
  await running.stop("kill");
  expect([how, running.quiet]).toEqual([["1 ask", "1 kill", "2 kill"], true]);
});
