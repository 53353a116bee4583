import { expect, test } from "bun:test";
import { KeyedSemaphore } from "./keyed-semaphore.ts";

function setup() {
  const semaphore = new KeyedSemaphore({ concurrentMax: 2, waitingMax: 2, full: () => new Error("full") });
  const started: string[] = [];
  const running = new Map<string, PromiseWithResolvers<string>>();
  const run = (key: string, name: string) =>
    semaphore.run(key, () => {
      started.push(name);
      const outcome = Promise.withResolvers<string>();
      running.set(name, outcome);
      return outcome.promise;
    });
  const turn = () => Bun.sleep(0);
  return { semaphore, started, running, run, turn };
}

test("work above the limit starts in the order it came, each as another ends", async () => {
  const { started, running, run, turn } = setup();
  const outcomes = ["a", "b", "c", "d"].map((name) => run("key", name));
  expect(started).toEqual(["a", "b"]);
  running.get("b")!.resolve("b");
  await turn();
  expect(started).toEqual(["a", "b", "c"]);
  running.get("a")!.resolve("a");
  await turn();
  expect(started).toEqual(["a", "b", "c", "d"]);
  for (const name of ["c", "d"]) running.get(name)!.resolve(name);
  expect(await Promise.all(outcomes)).toEqual(["a", "b", "c", "d"]);
});

test("keys do not wait for each other", () => {
  const { started, run } = setup();
  for (const name of ["a", "b", "c"]) void run("one", name);
  void run("other", "d");
  expect(started).toEqual(["a", "b", "d"]);
});

test("work above the waiting limit is refused and takes no slot", async () => {
  const { semaphore, started, running, run, turn } = setup();
  const outcomes = ["a", "b", "c", "d"].map((name) => run("key", name));
  await expect(run("key", "e")).rejects.toThrow("full");
  for (const name of ["a", "b", "c", "d"]) {
    running.get(name)!.resolve(name);
    await turn();
  }
  await Promise.all(outcomes);
  expect(started).toEqual(["a", "b", "c", "d"]);
  expect(semaphore.size).toBe(0);
});

test("work that fails frees its slot", async () => {
  const { semaphore, started, running, run, turn } = setup();
  const [failing, ...others] = ["a", "b", "c"].map((name) => run("key", name));
  running.get("a")!.reject(new Error("broken"));
  await expect(failing!).rejects.toThrow("broken");
  await turn();
  expect(started).toEqual(["a", "b", "c"]);
  for (const name of ["b", "c"]) running.get(name)!.resolve(name);
  await Promise.all(others);
  expect(semaphore.size).toBe(0);
});
