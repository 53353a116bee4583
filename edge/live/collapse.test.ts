import { expect, test } from "bun:test";
import { Collapse, Waiting } from "./collapse.ts";

test("a thousand askers start one task and share its outcome", async () => {
  const waiting = new Waiting(2_000);
  const collapse = new Collapse<string>(waiting, 10);
  const started: ((value: string) => void)[] = [];
  const ask = () => collapse.join("a", null, () => new Promise((resolve) => started.push(resolve)));
  const asked = Array.from({ length: 1_000 }, ask);
  expect(waiting.count).toBe(1_000);
  started[0]!("x");
  expect(new Set(await Promise.all(asked))).toEqual(new Set(["x"]));
  expect([started.length, waiting.count, collapse.size]).toEqual([1, 0, 0]);
  const later = ask();
  started[1]!("y");
  expect(await later).toBe("y");
});

test("a task lives while one asker is left and is aborted with the last", async () => {
  const collapse = new Collapse<string>(new Waiting(10), 10);
  let aborted = false;
  const start = (signal: AbortSignal) => {
    signal.addEventListener("abort", () => {
      aborted = true;
    });
    return new Promise<string>(() => {});
  };
  const [first, second] = [new AbortController(), new AbortController()];
  const one = collapse.join("a", first.signal, start);
  const two = collapse.join("a", second.signal, start);
  first.abort();
  await expect(one).rejects.toThrow();
  expect(aborted).toBe(false);
  second.abort();
  await expect(two).rejects.toThrow();
  expect([aborted, collapse.size]).toEqual([true, 0]);
});

test("a failure is everybody's, and the next asker starts anew", async () => {
  const collapse = new Collapse<string>(new Waiting(10), 10);
  const failing = () => Promise.reject(new Error("away"));
  const outcomes = await Promise.allSettled([collapse.join("a", null, failing), collapse.join("a", null, failing)]);
  expect(outcomes.map((o) => o.status)).toEqual(["rejected", "rejected"]);
  expect(await collapse.join("a", null, async () => "back")).toBe("back");
});

test("over its limits it refuses with busy", async () => {
  const never = () => new Promise<string>(() => {});
  const few = new Collapse<string>(new Waiting(10), 1);
  void few.join("a", null, never);
  await expect(few.join("b", null, never)).rejects.toMatchObject({ code: "busy", retryAfterMs: 1_000 });
  const waiting = new Waiting(1);
  void new Collapse<string>(waiting, 9).join("a", null, never);
  await expect(new Collapse<string>(waiting, 9).join("b", null, never)).rejects.toMatchObject({ code: "busy" });
});
