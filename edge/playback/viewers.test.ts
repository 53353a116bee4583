// Viewers are counted as persons: what counts, for how long, and the limits.

import { afterEach, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { distinctViewers } from "#schema/wire/viewers.ts";
import type { ViewersHere } from "../channels/viewer-count.ts";
import { ChannelViewers, PRESENT_MS, WATCHED_MS } from "./viewers.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function setup(perAddressMax = 0) {
  const clock = new ManualClock();
  let here: ViewersHere = { count: 0, sketch: () => "" };
  const viewers = new ChannelViewers({ clock, perAddressMax, onChange: (_, now) => (here = now) });
  closing.push(() => viewers.stop());
  /** Asks for a playlist once a second. */
  async function watch(keys: number[], ms: number, address = "a") {
    for (let passedMs = 0; passedMs <= ms; passedMs += 1_000) {
      for (const key of keys) viewers.watched("c", key, address);
      await clock.settle(1_000);
    }
  }
  return { clock, viewers, watch, here: () => [here.count, distinctViewers([here.sketch()])], count: () => here.count };
}

test("a session counts once it has asked for playlists over two seconds, and until it is silent for a while", async () => {
  const { viewers, watch, clock, here, count } = setup();
  viewers.watched("c", 1, "a");
  await clock.settle(PRESENT_MS + 3_000);
  expect(count()).toBe(0);
  await watch([1], WATCHED_MS);
  expect(here()).toEqual([1, 1]);
  await clock.settle(PRESENT_MS - 3_000);
  expect(count()).toBe(1);
  await clock.settle(6_000);
  expect(here()).toEqual([0, 0]);
});

test("one person with the player, the chat and two tabs of each is one viewer until all are closed", async () => {
  const { viewers, watch, clock, count } = setup();
  viewers.joined("c", 7);
  viewers.joined("c", 7);
  expect(count()).toBe(1);
  await watch([7, 7], 5_000);
  expect(count()).toBe(1);
  viewers.left("c", 7);
  viewers.left("c", 7);
  viewers.left("c", 7);
  expect(count()).toBe(1);
  await clock.settle(PRESENT_MS + 3_000);
  expect(count()).toBe(0);
});

test("no more sessions of one address count than the limit, and a place that is left is taken by another", async () => {
  const { watch, clock, count } = setup(2);
  await watch([1, 2, 3, 4], 3_000);
  expect(count()).toBe(2);
  await watch([5], 3_000, "b");
  expect(count()).toBe(3);
  await clock.settle(PRESENT_MS + 3_000);
  await watch([4], 3_000);
  expect(count()).toBe(1);
});

test("nothing is left of those who have gone", async () => {
  const { viewers, watch, clock } = setup();
  await watch([1, 2, 3], 3_000);
  viewers.joined("d", 1);
  viewers.left("d", 1);
  await clock.settle(PRESENT_MS + 3_000);
  expect([viewers.countOf("c"), viewers.countOf("d"), viewers.known]).toEqual([0, 0, 0]);
});
