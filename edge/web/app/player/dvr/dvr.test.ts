// Going back in a running broadcast and to live again: what the bar shows, and what is asked of the player.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { signal } from "@preact/signals";
import type { LevelDetails } from "hls.js";
import { wallMs } from "../../clock.ts";
import type { Engine } from "../engine.ts";
import type { Replay } from "../replay.ts";
import { Dvr } from "./dvr.ts";

/** Live is now; the broadcast began ten minutes ago, and the last seconds of it are not recorded yet. */
const BROADCAST_MS = 600_000;
const RECORDED_MS = 594_000;
const LATENCY_SECONDS = 1.5;

class FakeVideo extends EventTarget {
  currentTime = 20;
  paused = false;
  ended = false;
  readyState = 4;
  playbackRate = 1.05;
  buffered = { length: 0 };
}

/** What the engine shows of itself, and what was asked of it. */
function player() {
  const nowMs = wallMs();
  const video = new FakeVideo();
  const replay = signal<Replay | null>(null);
  const asked: unknown[][] = [];
  const segments = (count: number, firstMs: number) =>
    Array.from({ length: count }, (_, i) => ({ start: i * 2, duration: 2, programDateTime: firstMs + i * 2_000 }));
  /** Of the live source: 16 s. */
  const live = { live: true, url: "", edge: 16, fragments: segments(8, nowMs - 16_000) };
  const edgeSeconds = video.currentTime + LATENCY_SECONDS;
  const source = {
    replay,
    details: live as unknown as LevelDetails,
    hls: {
      get latency() {
        return edgeSeconds - video.currentTime;
      },
      get playingDate() {
        return new Date(nowMs - this.latency * 1_000);
      },
      levels: [{}, {}],
    },
  };
  const now = {
    rendition: () => "480p",
    shownMs: () => source.hls.playingDate.getTime(),
    behindSeconds: () => source.hls.latency,
    liveSeconds: () => edgeSeconds,
    oldestMs: () => live.fragments[0]?.programDateTime ?? null,
  };
  const engine = {
    video,
    source,
    now: signal(now),
    buffering: signal(false),
    ended: signal(false),
    past: null,
    goLive: () => {
      asked.push(["live"]);
      replay.value = null;
    },
    rewind: (one: Replay) => {
      asked.push(["rewind"]);
      replay.value = one;
    },
    seek: (seconds: number) => {
      asked.push(["seek", Math.round(seconds * 10) / 10]);
      video.currentTime = seconds;
    },
  };
  const recorded = {
    live: true,
    url: "https://example.org/videos/0/source.m3u8",
    edge: RECORDED_MS / 1_000,
    fragments: segments(RECORDED_MS / 2_000, nowMs - BROADCAST_MS),
  };
  /** hls.js opens what was asked for, and asks where to begin; the picture moves there. */
  const opens = () => {
    class Base {
      startPosition = -1;
      setStartPosition() {}
    }
    const config = replay.peek()!.config(Base as never);
    const Placed = config.streamController as unknown as new () => {
      startPosition: number;
      setStartPosition(details: unknown, sliding: number): void;
    };
    const stream = new Placed();
    stream.setStartPosition(recorded, 0);
    source.details = recorded as unknown as LevelDetails;
    video.currentTime = stream.startPosition;
    video.dispatchEvent(new Event("playing"));
    return Math.round(stream.startPosition * 10) / 10;
  };
  const dvr = new Dvr(engine as unknown as Engine);
  dvr.broadcast = { id: "b", startedAtMs: nowMs - BROADCAST_MS - 2_000, isOver: false };
  return { dvr, engine, video, source, asked, opens, recorded, look: () => video.dispatchEvent(new Event("seeked")) };
}

beforeAll(() => void Object.assign(globalThis, { HTMLMediaElement: { HAVE_FUTURE_DATA: 3 } }));
afterAll(() => void Reflect.deleteProperty(globalThis, "HTMLMediaElement"));

let stop = () => {};
let given: ReturnType<typeof player>;
beforeEach(() => {
  given = player();
  stop = given.dvr.start();
});
afterEach(() => stop());

const seconds = (ms: number) => Math.round(ms / 1_000);

test("live, the thumb stands at the right end of a bar that begins with the broadcast", () => {
  const { dvr } = given;
  expect([dvr.durationMs.value, dvr.positionMs.value].map(seconds)).toEqual([602, 602]);
  expect(dvr.behindSeconds()).toBeNull();
});

test("a place in the bar is played from the recording, at its moment", () => {
  const { dvr, asked, opens, video } = given;
  dvr.seek(302_000);
  expect(asked).toEqual([["rewind"]]);
  expect(video.playbackRate).toBe(1); // Nobody catches up on purpose.
  expect(seconds(dvr.positionMs.value)).toBe(302); // Also before the picture is there.
  expect(opens()).toBe(300); // What is recorded began 2 s later.
  expect([dvr.durationMs.value, dvr.positionMs.value].map(seconds)).toEqual([600, 300]);
  expect(seconds(dvr.behindSeconds()! * 1_000)).toBe(300);
});

test("while the thumb is dragged nothing is loaded, and a drag that is taken away leaves the place", () => {
  const { dvr, asked } = given;
  dvr.drag(100_000);
  expect(dvr.positionMs.value).toBe(100_000);
  dvr.drag(null);
  expect(seconds(dvr.positionMs.value)).toBe(602);
  expect(asked).toEqual([]);
});

test("behind, other places are sought in the recording, and its end is live", () => {
  const { dvr, asked, opens } = given;
  dvr.seek(302_000);
  opens();
  dvr.seek(100_000);
  dvr.seekBy(-10);
  dvr.seekBy(5);
  dvr.seek(598_000);
  expect(asked).toEqual([["rewind"], ["seek", 100], ["seek", 90], ["seek", 95], ["live"]]);
});

test("a few seconds back are played by the live source, more are not", () => {
  const { dvr, asked, source } = given;
  dvr.seekBy(-5);
  dvr.seek(dvr.durationMs.value - 8_000);
  expect(asked).toEqual([
    ["seek", 15],
    ["seek", 13.5],
  ]);
  expect(source.replay.value).toBeNull();
  dvr.seekBy(5);
  expect(asked.at(-1)).toEqual(["live"]);
  dvr.seekBy(-20);
  expect(asked.at(-1)).toEqual(["rewind"]);
});

test("keys that come faster than the picture add up", () => {
  const { dvr, opens } = given;
  for (let i = 0; i < 3; i++) dvr.seekBy(-20);
  expect(opens()).toBe(600 - 61.5);
});

test("after a failure it begins where the picture stood", () => {
  const { dvr, opens, video, look } = given;
  dvr.seek(302_000);
  opens();
  video.currentTime = 311;
  look();
  video.currentTime = 0; // hls.js is made anew.
  expect(opens()).toBe(311);
});

test("what is not recorded yet begins shortly before the end", () => {
  const { dvr, opens, recorded } = given;
  Object.assign(recorded, { fragments: recorded.fragments.slice(0, 100), edge: 200 });
  dvr.seek(502_000);
  expect(opens()).toBe(198);
});

test("the address is that of the live one with its right, and the recording's own once nothing is on air", () => {
  const { dvr, source, opens } = given;
  dvr.seek(302_000);
  const replay = source.replay.value!;
  expect(replay.urlOf("/live/ada/index.m3u8")).toBe("/live/ada/index.m3u8?dvr=1");
  expect(replay.urlOf("/live/ada/index.m3u8?viewer=v")).toBe("/live/ada/index.m3u8?viewer=v&dvr=1");
  opens();
  expect(replay.urlOf("/live/ada/~t/index.m3u8")).toBe("/live/ada/~t/index.m3u8?dvr=1");
  dvr.broadcast = { id: "b", startedAtMs: null, isOver: true };
  expect(replay.urlOf("/live/ada/index.m3u8")).toBe("https://example.org/videos/0/index.m3u8");
});

test("when the broadcast is over, the bar ends with it, and its end is no longer live", () => {
  const { dvr, asked, opens, recorded, look } = given;
  dvr.seek(302_000);
  opens();
  dvr.broadcast = { id: "b", startedAtMs: null, isOver: true };
  recorded.live = false;
  look();
  expect(seconds(dvr.durationMs.value)).toBe(594);
  dvr.seek(594_000);
  expect(asked.at(-1)).toEqual(["seek", 592]);
});

test("at the end of a broadcast after which another one has begun, that one is played", () => {
  const { dvr, asked, opens, video } = given;
  dvr.seek(302_000);
  opens();
  dvr.broadcast = { id: "another", startedAtMs: wallMs(), isOver: false };
  video.dispatchEvent(new Event("ended"));
  expect(asked.at(-1)).toEqual(["live"]);
});

test("who was paused for long goes on where the picture stood", () => {
  const { dvr, asked, opens, video, look } = given;
  expect(dvr.resumes()).toBe(false);
  video.currentTime -= 60;
  look();
  video.paused = true;
  video.currentTime += 60; // hls.js has moved the picture into what is listed.
  look();
  expect(dvr.resumes()).toBe(true);
  expect(asked).toEqual([["rewind"]]);
  video.dispatchEvent(new Event("playing")); // Of the live source.
  expect(opens()).toBe(600 - 61.5);
});
