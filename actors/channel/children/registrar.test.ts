// The registrar retries until the broadcast is written.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { BroadcastEntry } from "#schema/queries/channels/broadcast-writes.ts";
import { evolve } from "../rules/evolve.ts";
import type { Message } from "../rules/messages.ts";
import { type Event, initial } from "../rules/state.ts";
import { fakeChannel, sessionOf } from "../testing.ts";
import { registrar } from "./registrar.ts";

const published: Event = { type: "published", session: sessionOf("1"), broadcastId: "b", atMs: 0 };
const ready: Event = { type: "ready", atMs: 1_000 };
const lost: Event = { type: "encoderLost", atMs: 5_000, drop: false };
const ended: Event = { type: "ended", atMs: 9_000, keepUntilMs: 60_000, drop: false, why: "encoder_gone" };
const entries = (...events: Event[]) => registrar.runs(events.reduce(evolve, initial()), new Set());

test("a broadcast that viewers could see is written as live, then lost, then ended, and no other broadcast is written", () => {
  expect(entries(published)).toEqual([]);
  const live = { id: "b", phase: "live", liveAtMs: 1_000, endedAtMs: null } as const;
  expect(entries(published, ready)).toEqual([live]);
  expect(entries(published, ready, lost)).toEqual([{ ...live, phase: "lost" }]);
  // A reconnected encoder shows nothing yet.
  expect(entries(published, ready, lost, published)).toEqual([{ ...live, phase: "lost" }]);
  expect(entries(published, ready, lost, ended)).toEqual([
    { ...live, phase: "ended", endedAtMs: 9_000, endReason: "encoder_gone" },
  ]);
  expect(entries(published, ready, ended, { type: "recorded", broadcastId: "b" })).toEqual([]);
});

function register(answers: (boolean | "away" | "silent")[], hasChannel = true) {
  const clock = new ManualClock();
  const written: BroadcastEntry[] = [];
  const told: Message[] = [];
  const broadcasts = {
    async write(entry: BroadcastEntry) {
      written.push(entry);
      const answer = answers.shift() ?? true;
      if (answer === "away") throw new Error("away");
      return answer === "silent" ? new Promise<boolean>(() => {}) : answer;
    },
    hasChannel: async () => hasChannel,
  };
  const child = registrar.start(entries(published, ready, ended)[0]!, {
    parts: { clock, broadcasts },
    channel: fakeChannel(),
    self: { tell: (message) => told.push(message) },
  });
  return { clock, written, told, child };
}

test("a store that is away or does not answer is asked again, and `recorded` is told once the end is written", async () => {
  const { clock, written, told } = register(["away", "silent", true]);
  await clock.settle(6_000, 100);
  expect([written.length, told]).toEqual([2, []]);
  await clock.settle(1_000, 100);
  expect(written[2]).toEqual({
    ...{
      id: "b",
      channelId: "c",
      epoch: 1,
      phase: "ended",
      endReason: "encoder_gone",
      liveAtMs: 1_000,
      endedAtMs: 9_000,
    },
  });
  expect([written.length, told]).toEqual([3, [{ type: "recorded", broadcastId: "b" }]]);
  expect(clock.waiting).toBe(0);
});

test("a replaced owner tells nothing; the broadcast of a deleted channel counts as recorded", async () => {
  const replaced = register([false]);
  await replaced.clock.settle(10_000, 100);
  expect([replaced.written.length, replaced.told]).toEqual([1, []]);
  const gone = register([false], false);
  await gone.clock.settle(10_000, 100);
  expect(gone.told).toEqual([{ type: "recorded", broadcastId: "b" }]);
});

test("a stopped registrar does not ask again", async () => {
  const { clock, written, told, child } = register(["away", "away"]);
  await clock.settle(100);
  await child.stop("ask");
  await clock.settle(10_000, 100);
  expect([written.length, told]).toEqual([1, []]);
});
