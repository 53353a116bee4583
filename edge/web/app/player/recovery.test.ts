// How the player gets over what hls.js does not.

import { expect, test } from "bun:test";
import { Drift, overGap, recoveryFrom, Watchdog } from "./recovery.ts";

const from = (type: string, details: string, failures: number) => recoveryFrom({ type, details, failures, chance: 1 });

test("the mildest cure first, then the source anew, ever later up to 8 s", () => {
  expect(from("mediaError", "bufferStalledError", 0)).toEqual({ how: "media", delayMs: 0 });
  expect(from("mediaError", "bufferStalledError", 1)).toEqual({ how: "reload", delayMs: 1_000 });
  expect(from("networkError", "fragLoadError", 0)).toEqual({ how: "resume", delayMs: 500 });
  expect(from("networkError", "fragLoadError", 2)).toEqual({ how: "reload", delayMs: 2_000 });
  expect(from("networkError", "manifestLoadError", 0)).toEqual({ how: "reload", delayMs: 500 });
  expect(from("otherError", "internalException", 50)).toEqual({ how: "reload", delayMs: 8_000 });
});

const look = (atMs: number, playheadSeconds: number, edgeSeconds: number | null, wantsToPlay = true) => ({
  atMs,
  playheadSeconds,
  edgeSeconds,
  wantsToPlay,
});

test("a still picture while the playlist goes on is loaded anew after 8 s, once", () => {
  const watchdog = new Watchdog();
  const reloads: number[] = [];
  for (let second = 0; second <= 20; second++)
    if (watchdog.look(look(second * 1_000, 3, 5 + second))) reloads.push(second);
  expect(reloads).toEqual([8, 16]);
});

test("a still picture is left alone while the streamer is away, and while nobody wants to play", () => {
  const watchdog = new Watchdog();
  for (let second = 0; second <= 60; second++) expect(watchdog.look(look(second * 1_000, 3, 5))).toBeFalse();
  const paused = new Watchdog();
  for (let second = 0; second <= 60; second++)
    expect(paused.look(look(second * 1_000, 3, 5 + second, false))).toBeFalse();
});

test("a moving picture is never touched", () => {
  const watchdog = new Watchdog();
  for (let second = 0; second <= 60; second++)
    expect(watchdog.look(look(second * 1_000, second, 5 + second))).toBeFalse();
});

test("a player that stays seconds behind jumps ahead, but only into what it has", () => {
  const drift = new Drift();
  const behind = (bufferedAheadSeconds: number) => drift.look({ latencySeconds: 6, bufferedAheadSeconds });
  expect([behind(4.5), behind(4.5), behind(4.5), behind(4.5), behind(4.5)]).toEqual([false, false, false, true, false]);
  const starved = new Drift();
  for (let look = 0; look < 20; look++)
    expect(starved.look({ latencySeconds: 6, bufferedAheadSeconds: 1 })).toBeFalse();
  const near = new Drift();
  for (let look = 0; look < 20; look++) expect(near.look({ latencySeconds: 2, bufferedAheadSeconds: 2 })).toBeFalse();
});

const segment = (startSeconds: number, gap = false) => ({ startSeconds, durationSeconds: 2, gap });

test("a playhead that runs dry before gaps jumps to the media behind them, and not before", () => {
  const stretches = [
    segment(0),
    segment(2),
    segment(4, true),
    segment(6, true),
    { ...segment(8), durationSeconds: 0.5 },
  ];
  expect(overGap({ playheadSeconds: 3.9, bufferedAheadSeconds: 0.1, stretches })).toBe(8.01);
  expect(overGap({ playheadSeconds: 3, bufferedAheadSeconds: 1, stretches })).toBeNull();
  expect(overGap({ playheadSeconds: 3.9, bufferedAheadSeconds: 0.1, stretches: stretches.slice(0, 4) })).toBeNull();
});

test("what merely has not been loaded yet is waited for", () => {
  const stretches = [segment(0), segment(2), segment(4), segment(6, true), segment(8)];
  expect(overGap({ playheadSeconds: 3.9, bufferedAheadSeconds: 0.1, stretches })).toBeNull();
  expect(overGap({ playheadSeconds: 9.9, bufferedAheadSeconds: 0.1, stretches })).toBeNull();
  expect(overGap({ playheadSeconds: 0, bufferedAheadSeconds: 0, stretches: [] })).toBeNull();
});
