// `Cell.want`: children that run on request. The request is not saved; the child may be quiet and may outlast a cut-off.

import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { MemoryStore } from "../store/store-memory.ts";
import type { Actor, Child } from "./actor.ts";
import { Cell } from "./cell.ts";

async function wake() {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const said: string[] = [];
  const now = { quiet: false, leavesAfterMs: 0 };
  const start = (name: "worker" | "guest"): Child => {
    said.push(`${name} starts`);
    return {
      async stop(how) {
        said.push(`${name} ${how}`);
        if (how === "ask" && now.leavesAfterMs > 0) await clock.sleep(now.leavesAfterMs);
        said.push(`${name} gone`);
      },
      get quiet() {
        return name === "guest" && now.quiet;
      },
      outlastsCutOff: name === "guest",
    };
  };
  // The state: whether the worker runs.
  const actor: Actor<boolean, "work" | "rest" | "started", boolean, never> = {
    initial: () => false,
    revive: (saved) => saved as boolean,
    decide: (_state, message) => (message === "started" ? {} : { events: [message === "work"] }),
    evolve: (_state, event) => event,
    runs: (works, wanted) => ({
      children: {
        ...(works && { worker: { key: "1", start: () => start("worker") } }),
        ...(wanted.has("guest") && {
          guest: {
            key: "1",
            start: (self) => {
              self.tell("started");
              return start("guest");
            },
          },
        }),
      },
    }),
    perform() {},
    reads: () => false,
    wakeAtMs: () => null,
  };
  const id = { kind: "counter", key: "1" };
  const open = async (believedEpoch: number) => {
    const claimed = await store.actors.claim(id, { node: "n", believedEpoch, dead: null });
    if (!claimed) throw new Error("not claimed");
    const world = { clock, nowMs: () => clock.wallMs(), store: store.actors };
    return new Cell(actor, {
      id,
      claimed,
      world,
      owner: { onFenced() {}, mayWrite: () => true, onBug: (error) => said.push(`${error}`) },
    });
  };
  return { clock, store, said, now, open, cell: await open(0) };
}

test("a wanted child starts at once and only once, is never saved, and is unknown to the next owner", async () => {
  const { clock, store, said, open, cell } = await wake();
  cell.want("guest");
  cell.want("guest");
  expect(said).toEqual(["guest starts"]);
  cell.tell("work");
  await clock.settle();
  expect([said, store.writes.length]).toEqual([["guest starts", "worker starts"], 1]);
  await open(1);
  expect(said).toEqual(["guest starts", "worker starts", "worker starts"]);
});

test("unwant asks the child to stop and waits for it; the child can be wanted again", async () => {
  const { clock, said, now, cell } = await wake();
  cell.tell("work");
  cell.want("guest");
  now.leavesAfterMs = 100;
  let gone = false;
  void cell.unwant("guest").then(() => {
    gone = true;
  });
  await clock.settle(50);
  expect([gone, said]).toEqual([false, ["worker starts", "guest starts", "guest ask"]]);
  await clock.settle(100);
  expect([gone, said.at(-1)]).toEqual([true, "guest gone"]);
  await cell.unwant("guest");
  cell.want("guest");
  expect(said.at(-1)).toBe("guest starts");
});

test("a child that outlasts a cut-off keeps running through one, and is killed when its cell closes", async () => {
  const { clock, said, cell } = await wake();
  cell.tell("work");
  cell.want("guest");
  await cell.suspend();
  expect(said.slice(2)).toEqual(["worker kill", "worker gone"]);
  cell.resume();
  expect(said.slice(4)).toEqual(["worker starts"]);
  await cell.close("kill");
  expect(said.slice(5)).toEqual(["guest kill", "guest gone", "worker kill", "worker gone"]);
  cell.want("guest");
  await clock.settle();
  expect(said).toHaveLength(9);
});

test("a quiet child does not keep its actor awake", async () => {
  const { clock, now, cell } = await wake();
  expect(cell.idle).toBe(true);
  cell.want("guest");
  expect(cell.idle).toBe(false);
  now.quiet = true;
  expect(cell.idle).toBe(true);
  cell.tell("work");
  await clock.settle();
  expect(cell.idle).toBe(false);
  cell.tell("rest");
  await clock.settle();
  expect(cell.idle).toBe(true);
});
