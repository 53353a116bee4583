import { expect, test } from "bun:test";
import { inTurn } from "./in-turn.ts";
import { KeyedSemaphore } from "./keyed-semaphore.ts";

const semaphore = (waitingMax = 10) =>
  new KeyedSemaphore({ concurrentMax: 1, waitingMax, full: () => new Error("full") });
const failed = (error: unknown) => `failed: ${(error as Error).message}`;

test("works go one after the other; one that fails has an end too", async () => {
  const turns = semaphore();
  const said: string[] = [];
  const work = (word: string) => async () => {
    said.push(`${word} begins`);
    await Bun.sleep(5);
    said.push(`${word} ends`);
    if (word === "b") throw new Error("b");
    return word;
  };
  const all = ["a", "b", "c"].map((word) => inTurn({ turns, name: "x", work: work(word), failed }));
  expect(await Promise.all(all.map(({ end }) => end))).toEqual(["a", "failed: b", "c"]);
  expect(said).toEqual(["a", "b", "c"].flatMap((word) => [`${word} begins`, `${word} ends`]));
});

test("one that is stopped ends with null, whether it runs or waits, and is over when `stop` resolves", async () => {
  const turns = semaphore();
  let over = false;
  const running = inTurn<string>({
    ...{ turns, name: "x", failed },
    work: async (signal) => {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => setTimeout(resolve, 10)));
      over = true;
      throw new Error("stopped");
    },
  });
  const waiting = inTurn({ turns, name: "x", work: async () => "never", failed });
  await Bun.sleep(1);
  await waiting.stop();
  await running.stop();
  expect([over, await running.end, await waiting.end]).toEqual([true, null, null]);
});

test("one that gets no place to wait fails", async () => {
  const turns = semaphore(0);
  const first = inTurn({ turns, name: "x", work: () => Bun.sleep(5).then(() => "a"), failed });
  const second = inTurn({ turns, name: "x", work: async () => "b", failed });
  expect([await first.end, await second.end]).toEqual(["a", "failed: full"]);
});
