// Asking for the right to watch, and asking anew.

import { afterEach, expect, test } from "bun:test";
import type { PlaybackView } from "#schema/api/playback.ts";
import { ApiError } from "../api.ts";
import { storageWith, withoutStorage } from "../testing-storage.ts";
import { PlaybackRight } from "./playback-right.ts";

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
  withoutStorage();
});

const view = (token: string, leftMs = 12 * 3_600_000): PlaybackView => ({
  token,
  hlsUrl: `/live/ada/~${token}/index.m3u8`,
  whepUrl: null,
  expiresAt: new Date(Date.now() + leftMs).toISOString(),
});
const refusal = (code: string) => new ApiError(403, code, code);

/** Answers in turn, the last one again and again. */
function setup(...answers: (PlaybackView | ApiError)[]) {
  const asked: (string | null)[] = [];
  const right = new PlaybackRight({
    login: "ada",
    async ask(password) {
      asked.push(password);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer as PlaybackView;
    },
  });
  ending.push(() => right.stop());
  return { right, asked, state: () => right.state.peek() };
}

test.each([
  ["not_signed_in", "sign-in"],
  ["followers_only", "follow"],
  ["password_required", "password"],
])("the refusal %s says what is missing, and the right is granted once it is there", async (code, needs) => {
  const { right, state } = setup(refusal(code), view("a"));
  right.want();
  expect(state()).toEqual({ phase: "asking" });
  await Bun.sleep(1);
  expect(state()).toEqual({ phase: "refused", needs } as never);
  await right.ask();
  expect(state()).toEqual({ phase: "granted", url: "/live/ada/~a/index.m3u8" });
});

test("a wrong password throws, and a right one is remembered by the tab, without itself", async () => {
  const held = storageWith("sessionStorage");
  const first = setup(refusal("password_required"), refusal("wrong_password"), view("a"));
  first.right.want();
  await Bun.sleep(1);
  await expect(first.right.enter("wrong one")).rejects.toThrow("wrong_password");
  expect(first.state()).toEqual({ phase: "refused", needs: "password" });
  await first.right.enter("four words");
  expect(first.asked).toEqual([null, "wrong one", "four words"]);
  expect([...held.values()].join()).not.toContain("four words");
  const reloaded = setup(view("b"));
  reloaded.right.want();
  expect([reloaded.state(), reloaded.asked]).toEqual([{ phase: "granted", url: "/live/ada/~a/index.m3u8" }, []]);
});

test("a token that ends early is asked for anew with the password, and once for many refused requests", async () => {
  storageWith("sessionStorage");
  const { right, asked, state } = setup(view("a"), view("b"));
  await right.enter("four words");
  expect([1, 2, 3].map(() => right.denied())).toEqual([true, false, false]);
  await Bun.sleep(1);
  expect(asked).toEqual(["four words", "four words"]);
  expect(state()).toMatchObject({ url: "/live/ada/~b/index.m3u8" });
});

test("a kept right that the server does not take any more leads back to the form", async () => {
  storageWith("sessionStorage");
  await setup(view("old")).right.enter("four words");
  const { right, state } = setup(refusal("password_required"));
  right.want();
  right.denied();
  await Bun.sleep(1);
  expect(state()).toEqual({ phase: "refused", needs: "password" });
  const again = setup(refusal("password_required"));
  again.right.want();
  expect(again.state()).toEqual({ phase: "asking" });
});

test("a token is renewed before it ends, and nothing is asked after stop", async () => {
  const { right, asked, state } = setup(view("a", 60), view("b", 60_000));
  right.want();
  for (let turn = 0; turn < 400 && asked.length < 2; turn++) await Bun.sleep(5);
  expect([asked.length, state()]).toEqual([2, { phase: "granted", url: "/live/ada/~b/index.m3u8" }]);
  const stopped = setup(view("a", 60));
  stopped.right.want();
  await Bun.sleep(1);
  stopped.right.stop();
  await Bun.sleep(60);
  expect(stopped.asked.length).toBe(1);
});

test("a failure of the network takes no right away", async () => {
  const { right, state } = setup(view("a"), new ApiError(0, "network", "away"));
  right.want();
  await Bun.sleep(1);
  await right.ask();
  right.unwant();
  expect(state()).toEqual({ phase: "granted", url: "/live/ada/~a/index.m3u8" });
});
