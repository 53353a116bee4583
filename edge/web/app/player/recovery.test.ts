// How the player recovers from errors that hls.js cannot.

import { expect, test } from "bun:test";
import { gapJump, recoveryFrom, Watchdog } from "./recovery.ts";

const from = (type: string, details: string, failures: number) => recoveryFrom({ type, details, failures, chance: 1 });

test("the mildest recovery first, then reloads with pauses that grow up to 8 s", () => {
  expect(from("mediaError", "bufferStalledError", 0)).toEqual({ how: "media", delayMs: 0 });
  expect(from("mediaError", "bufferStalledError", 1)).toEqual({ how: "reload", delayMs: 1_000 });
  expect(from("networkError", "fragLoadError", 0)).toEqual({ how: "resume", delayMs: 500 });
  expect(from("networkError", "fragLoadError", 2)).toEqual({ how: "reload", delayMs: 2_000 });
  expect(from("networkError", "manifestLoadError", 0)).toEqual({ how: "reload", delayMs: 500 });
  expect(from("otherError", "internalException", 50)).toEqual({ how: "reload", delayMs: 8_000 });
});

const sample = (atMs: number, playheadSeconds: number, edgeSeconds: number | null, wantsToPlay = true) => ({
  atMs,
  playheadSeconds,
  edgeSeconds,
  wantsToPlay,
});

test("a picture that stands still while the playlist grows is reloaded after 8 s", () => {
  const watchdog = new Watchdog();
  const reloads: number[] = [];
  for (let second = 0; second <= 20; second++)
    if (watchdog.check(sample(second * 1_000, 3, 5 + second))) reloads.push(second);
  expect(reloads).toEqual([8, 16]);
});

test("a still picture is not reloaded while the playlist stands still or the viewer has paused", () => {
  const watchdog = new Watchdog();
  for (let second = 0; second <= 60; second++) expect(watchdog.check(sample(second * 1_000, 3, 5))).toBeFalse();
  const paused = new Watchdog();
  for (let second = 0; second <= 60; second++)
    expect(paused.check(sample(second * 1_000, 3, 5 + second, false))).toBeFalse();
});

test("a moving picture is never reloaded", () => {
  const watchdog = new Watchdog();
  for (let second = 0; second <= 60; second++)
    expect(watchdog.check(sample(second * 1_000, second, 5 + second))).toBeFalse();
});

const segment = (start: number, gap = false) => ({ start, duration: 2, gap });

test("a playhead with an empty buffer before gaps jumps to the media after them", () => {
  const ranges = [segment(0), segment(2), segment(4, true), segment(6, true), { ...segment(8), duration: 0.5 }];
  expect(gapJump({ playheadSeconds: 3.9, bufferedAheadSeconds: 0.1, ranges })).toBe(8.01);
  expect(gapJump({ playheadSeconds: 3, bufferedAheadSeconds: 1, ranges })).toBeNull();
  expect(gapJump({ playheadSeconds: 3.9, bufferedAheadSeconds: 0.1, ranges: ranges.slice(0, 4) })).toBeNull();
});

test("there is no jump to media that merely has not been loaded yet", () => {
  const ranges = [segment(0), segment(2), segment(4), segment(6, true), segment(8)];
  expect(gapJump({ playheadSeconds: 3.9, bufferedAheadSeconds: 0.1, ranges })).toBeNull();
  expect(gapJump({ playheadSeconds: 9.9, bufferedAheadSeconds: 0.1, ranges })).toBeNull();
  expect(gapJump({ playheadSeconds: 0, bufferedAheadSeconds: 0, ranges: [] })).toBeNull();
});
