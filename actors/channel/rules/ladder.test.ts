// The ladder lives and dies by itself: whatever happens to it, the source goes on.

import { expect, test } from "bun:test";
import { fakeChannel } from "../testing.ts";
import { Channel } from "./channel.ts";
import { NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import { isOnAir, pullOf } from "./state.ts";
import { given, publish, published, ready, ref } from "./testing.ts";

const channel = new Channel({ children: [], graceMs: 90_000, limits: NO_LIMITS }, fakeChannel());
const pull = { publicName: "public-1", attempt: 1 };
const chosen = (rungs: string[], short = false): Message => ({ type: "ladderChosen", ...pull, rungs, short });
const ended = (run: number): Message => ({ type: "ladderEnded", ...pull, run });
const live = given(published("1"), { type: "pullAttached" }, ready).after(chosen(["480p", "audio"]));

test("an FFmpeg that ends is started again after a growing pause, and leaves no mark on the source", () => {
  expect(pullOf(live.state)?.ladder).toMatchObject({ rungs: ["480p", "audio"], run: 1, pause: null });
  const pauses: unknown[] = [];
  let held = live;
  for (let run = 1; run <= 4; run++) {
    held = held.after(ended(run));
    pauses.push(pullOf(held.state)?.ladder?.pause?.untilMs);
    expect(held.state).toMatchObject({ phase: "live", attempt: 1, failures: 0, problem: null });
    expect(channel.runs(held.state, new Set()).timers?.ladder?.dueMs).toBe(pauses.at(-1) as number);
    held = held.after({ type: "ladderDue" });
    expect(pullOf(held.state)?.ladder).toMatchObject({ run: run + 1, pause: null });
  }
  expect(pauses).toEqual([9_500, 10_000, 11_000, 13_000]);
  expect(held.state).toMatchObject({ warnings: [{ code: "ladder_short" }] });
});

test("a late end of an old run is ignored", () => {
  expect(live.after(ended(1), { type: "ladderDue" }).when(ended(1))).toEqual({});
  expect(live.when({ type: "ladderEnded", ...pull, attempt: 2, run: 1 })).toEqual({});
});

test("other rungs are another run; too few are told, and taken back once there is room", () => {
  const short = live.after(chosen(["480p"], true));
  expect(pullOf(short.state)?.ladder).toMatchObject({ rungs: ["480p"], run: 2 });
  expect(short.state).toMatchObject({ warnings: [{ code: "ladder_short", detail: expect.stringContaining("480p") }] });
  const all = short.after(chosen(["480p", "audio"]));
  expect(isOnAir(all.state) && all.state.warnings).toEqual([]);
});

test("the ladder waits with the pull of a lost encoder, and goes on with it", () => {
  const gone = live.after({ type: "publishDone", session: ref("1") });
  expect(pullOf(gone.state)?.ladder).toMatchObject({ run: 1 });
  expect(pullOf(gone.after(publish("2")).state)?.ladder).toMatchObject({ rungs: ["480p", "audio"], run: 1 });
  expect(pullOf(gone.after(ended(1)).state)?.ladder).toMatchObject({ run: 2 });
});

test("a new attempt chooses its rungs anew", () => {
  const again = live.after({ type: "intakeEnded", ...pull, problem: null, pulled: true });
  expect(pullOf(again.state)).toMatchObject({ attempt: 2, ladder: null });
});
