// The thumbnailer as a child of its channel: when it runs, and where its pictures go.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { Packager } from "#transcoding/packager/packager.ts";
import { FakeEncoder } from "#transcoding/packager/testing-fragments.ts";
import { pictureTurns } from "#transcoding/pictures/turns.ts";
import { initial, type State } from "../rules/state.ts";
import { createHistories } from "../source-history.ts";
import { fakeChannel } from "../testing.ts";
import { thumbnailer } from "./thumbnailer.ts";

const JPEG = Uint8Array.fromHex("ffd8ffc0000b080010001001011100ffda0008010100003f00ffd9");

test("it runs while a broadcast is live, and neither for a preview nor for a lost encoder", () => {
  const broadcast = { id: "b1" };
  const runs = (phase: State["phase"]) => thumbnailer.runs({ ...initial(), phase, broadcast } as State, new Set());
  expect(runs("live")).toEqual(["b1"]);
  for (const phase of ["offline", "preview", "starting", "lost"] as const) expect(runs(phase)).toEqual([]);
});

function start({ thumbnailIntervalMs = 10_000 } = {}) {
  const clock = new ManualClock();
  const packager = new Packager({
    ...{ broadcastId: "b1", epoch: 1, renditions: ["source"], clock, resume: null, startNumber: 0 },
    onEvent() {},
  });
  const source = new FakeEncoder();
  const sinks = packager.begin({ session: "s", attempt: 1, baseMs: 0 });
  sinks.source.init(source.init);
  for (let n = 0; n < 10; n++) sinks.source.fragment(source.nextFragment());
  const processes = new MemoryProcesses();
  const parts = {
    ...{ clock, processes, thumbnailIntervalMs, random: new SeededRandom(1), ffmpegPath: "ffmpeg" },
    packagers: new Map([["b1", packager]]),
    histories: createHistories(),
    ladderPlan: { lags: false },
    pictureTurns: pictureTurns(),
  };
  const child = thumbnailer.start("b1", { parts, channel: fakeChannel(), self: { tell() {} } });
  return { clock, packager, processes, child };
}

test("the newest keyframe goes to FFmpeg, and what comes out stands beside the media", async () => {
  const { clock, packager, processes, child } = start();
  await clock.settle(100);
  const [ffmpeg] = processes.started;
  const { init, fragment } = packager.keyframes[0]!;
  expect(ffmpeg!.input!.chunks.slice(0, 2)).toEqual([init, fragment]);
  for (let n = 0; n < 2; n++) ffmpeg!.options.onOutput!(JPEG);
  ffmpeg!.end();
  ffmpeg!.options.onOutputEnd!();
  await clock.settle(100);
  expect(packager.thumbnails.get(320)).toEqual(JPEG);
  await child.stop("ask");
  expect(clock.waiting).toBe(1); // The packager's own: a source without a whole segment.
});

test("where the setting is 0, nothing runs", async () => {
  const { clock, processes, child } = start({ thumbnailIntervalMs: 0 });
  await clock.settle(1_000, 100);
  expect(processes.started).toEqual([]);
  await child.stop("ask");
});
