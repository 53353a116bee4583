// Warnings for the streamer: true numbers, one of each kind, taken back when the cause is gone.

import { expect, test } from "bun:test";
import type { ClockFact } from "#transcoding/intake/clock-facts.ts";
import { fakeChannel } from "../testing.ts";
import { Channel } from "./channel.ts";
import { NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import { isOnAir, type State } from "./state.ts";
import { from, given, published, ready } from "./testing.ts";

const channel = new Channel({ children: [], graceMs: 90_000, limits: NO_LIMITS }, fakeChannel());
const fact = (told: ClockFact): Message => ({
  type: "sourceFact",
  publicName: "public-1",
  fact: { ...told, times: 1 },
});
const live = given(published("1"), ready);
const warningsOf = (state: State) =>
  isOnAir(state) ? state.warnings.map(({ code, detail }) => `${code}: ${detail}`) : [];

test("each fact is said with its numbers", () => {
  const said = (told: ClockFact) => warningsOf(live.after(fact(told)).state)[0];
  expect(said({ fact: "clockJumped", kind: "video", byMs: -60_000 })).toContain("jumped back by 60 s");
  expect(said({ fact: "clockJumped", kind: "audio", byMs: 3_600_000 })).toContain("jumped ahead by 3600 s");
  expect(said({ fact: "futureFrame", kind: "video", byMs: 9_800_000 })).toContain("9800 s too late");
  expect(said({ fact: "tracksApart", byMs: 2_340 })).toContain("2.3 s apart");
  expect(said({ fact: "clockStands", kind: "video" })).toContain("clock for the picture stands still");
  expect(said({ fact: "encoderTooSlow", speed: 0.6 })).toContain("0.60 s of stream each second");
  expect(said({ fact: "encoderTooFast", speed: 3 })).toContain("3.00 s of stream each second");
});

test("a fact that repeats is one warning, with the newest numbers", () => {
  const { state } = live.after(
    fact({ fact: "encoderTooSlow", speed: 0.6 }),
    fact({ fact: "encoderTooSlow", speed: 0.7 }),
    fact({ fact: "clockJumped", kind: "video", byMs: 5_000 }),
    fact({ fact: "clockJumped", kind: "video", byMs: 7_000 }),
  );
  expect(warningsOf(state).length).toBe(2);
  expect(warningsOf(state).join()).toMatch(/0\.70 s.*by 7 s/s);
});

test("a warning is taken back when its cause is gone", () => {
  const slow = live.after(fact({ fact: "encoderTooSlow", speed: 0.6 }));
  expect(warningsOf(slow.after(fact({ fact: "encoderOnTime" })).state)).toEqual([]);
  expect(warningsOf(slow.after(fact({ fact: "encoderTooFast", speed: 2 })).state)).toMatchObject([
    expect.stringMatching(/^encoder_too_fast/),
  ]);
  const still = live.after(fact({ fact: "clockStands", kind: "audio" }));
  expect(warningsOf(still.after(fact({ fact: "clockWalks", kind: "audio" })).state)).toEqual([]);
  const long: Message = {
    type: "warned",
    publicName: "public-1",
    problem: { code: "long_keyframe_interval", detail: "" },
  };
  const short: Message = { type: "unwarned", publicName: "public-1", code: "long_keyframe_interval" };
  expect(warningsOf(live.after(long).state).length).toBe(1);
  expect(warningsOf(live.after(long, short).state)).toEqual([]);
});

test("a warning about something momentary goes after five minutes without it, and the others stay", () => {
  const jumped = live.after(
    fact({ fact: "clockJumped", kind: "video", byMs: 5_000 }),
    fact({ fact: "encoderTooSlow", speed: 0.6 }),
  );
  const due = channel.runs(jumped.state, new Set()).timers?.warning?.dueMs ?? 0;
  expect(due).toBe(9_000 + 5 * 60_000);
  const { events = [] } = jumped.when({ type: "warningOver" }, due);
  expect(events).toEqual([{ type: "unwarned", codes: ["clock_jumped"] }]);
  const left = events.reduce((state, event) => channel.evolve(state, event), jumped.state);
  expect(warningsOf(left)).toMatchObject([expect.stringMatching(/^encoder_too_slow/)]);
  expect(channel.runs(left, new Set()).timers?.warning).toBeUndefined();
});

test("facts of an old pull say nothing about the new one", () => {
  const old = { ...fact({ fact: "encoderTooSlow", speed: 0.6 }), publicName: "public-0" } as Message;
  expect(from(live.state).when(old)).toEqual({});
});
