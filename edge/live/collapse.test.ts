import { expect, test } from "bun:test";
import { Collapse, WaitingRequests } from "./collapse.ts";

test("a thousand requesters start one task and share its outcome", async () => {
  const waiting = new WaitingRequests(2_000);
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

test("a task goes on while one requester is left and is aborted with the last", async () => {
  const collapse = new Collapse<string>(new WaitingRequests(10), 10);
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

test("every requester gets a failure, and the next one starts a new task", async () => {
  const collapse = new Collapse<string>(new WaitingRequests(10), 10);
  const failing = () => Promise.reject(new Error("away"));
  const outcomes = await Promise.allSettled([collapse.join("a", null, failing), collapse.join("a", null, failing)]);
  expect(outcomes.map((o) => o.status)).toEqual(["rejected", "rejected"]);
  expect(await collapse.join("a", null, async () => "back")).toBe("back");
});

test("requests over a limit are refused with busy", async () => {
  const never = () => new Promise<string>(() => {});
  const few = new Collapse<string>(new WaitingRequests(10), 1);
  void few.join("a", null, never);
  await expect(few.join("b", null, never)).rejects.toMatchObject({ code: "busy", retryAfterMs: 1_000 });
  const waiting = new WaitingRequests(1);
  void new Collapse<string>(waiting, 9).join("a", null, never);
  await expect(new Collapse<string>(waiting, 9).join("b", null, never)).rejects.toMatchObject({ code: "busy" });
});
