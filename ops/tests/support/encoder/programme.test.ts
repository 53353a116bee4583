// Tests of the changes that make a strange encoder of a well-behaved one.

import { expect, test } from "bun:test";
import type { FlvTag } from "./flv.ts";
import {
  apart,
  atSpeed,
  type Change,
  changed,
  clockAt,
  composed,
  followedBy,
  jittered,
  jumping,
  only,
  programme,
  shifted,
  stalled,
  standing,
  stray,
  without,
} from "./programme.ts";

const AVC_HEADER = Uint8Array.of(0x17, 0, 0, 0, 0);
const AAC_HEADER = Uint8Array.of(0xaf, 0, 0x11, 0x90);
const PICTURE = Uint8Array.of(0x27, 1, 0, 0, 40, 9);
const SOUND = Uint8Array.of(0xaf, 1, 9);

/** Headers, then a picture and a sound each 100 ms, for a second. */
const tags: FlvTag[] = [
  { type: "script", timestampMs: 0, body: Uint8Array.of(2) },
  { type: "video", timestampMs: 0, body: AVC_HEADER },
  { type: "audio", timestampMs: 0, body: AAC_HEADER },
  ...Array.from({ length: 10 }, (_, n): FlvTag[] => [
    { type: "video", timestampMs: n * 100, body: PICTURE },
    { type: "audio", timestampMs: n * 100 + 10, body: SOUND },
  ]).flat(),
  { type: "video", timestampMs: 900, body: Uint8Array.of(0x17, 2, 0, 0, 0) },
];

const run = (...changes: Change[]) => [...changed(programme(tags), ...changes)];
/** `v100` is a picture dated 100, `A0` a header of sound. */
const short = (list: { type: string; timestampMs: number; body: Uint8Array }[]) =>
  list
    .map(({ type, timestampMs, body }) => `${body[1] === 0 ? type[0]!.toUpperCase() : type[0]}${timestampMs}`)
    .join(" ");

test("a programme leaves script data and the end of the sequence out, and its timestamps go on over a second round", () => {
  expect(short(run())).toStartWith("V0 A0 v0 a10 v100 a110");
  const rounds = [...programme(tags, { rounds: 2 })];
  expect(rounds).toHaveLength(42);
  // The sound behind the last picture is left out: the picture goes on.
  expect(short(rounds.slice(19, 25))).toBe("a810 v900 V933 A933 v933 a943");
  expect(rounds.every(({ dueMs, timestampMs }) => dueMs === timestampMs)).toBe(true);
  expect([...programme([])]).toEqual([]);
});

test("a picture that stands a little behind its sound makes no hole where a second round follows", () => {
  const late = tags.map((tag) => (tag.body === PICTURE ? { ...tag, timestampMs: tag.timestampMs + 21 } : tag));
  const pictures = [...programme(late, { rounds: 2 })].filter(({ body }) => body === PICTURE);
  expect(pictures.slice(8, 12).map(({ timestampMs }) => timestampMs)).toEqual([821, 921, 954, 1_054]);
});

test("the clock starts elsewhere, jumps, stands still, or runs at another rate", () => {
  expect(short(run(shifted(5_000))).slice(0, 29)).toBe("V5000 A5000 v5000 a5010 v5100");
  expect(short(run(jumping({ atMs: 100, byMs: -60_000 })).slice(3, 6))).toBe("a10 v-59900 a-59890");
  expect(short(run(standing({ fromMs: 110 })).slice(3, 7))).toBe("a10 v100 a110 v110");
  expect(short(run(clockAt(2)).slice(4, 6))).toBe("v200 a220");
  expect(run(clockAt(2))[5]!.dueMs).toBe(110);
});

test("one picture strays, once or again and again, and never a header", () => {
  const once = run(stray({ atMs: 0, byMs: 9_000 }));
  expect(short(once.slice(0, 5))).toBe("V0 A0 v9000 a10 v100");
  expect(once.filter(({ timestampMs }) => timestampMs >= 9_000)).toHaveLength(1);
  const often = run(stray({ atMs: 0, byMs: 9_000, everyMs: 300 }));
  expect(often.filter(({ timestampMs }) => timestampMs >= 9_000)).toHaveLength(4);
  expect(short(run(stray({ atMs: 100, byMs: 7, kind: "audio" })).slice(4, 6))).toBe("v100 a117");
});

test("a track lies apart, begins late with its header, ends early, or is missing", () => {
  expect(short(run(apart("audio", { byMs: 500, fromMs: 100 })).slice(3, 6))).toBe("a10 v100 a610");
  expect(short(run(only("audio", { fromMs: 200 })).slice(0, 6))).toBe("V0 v0 v100 v200 A210 a210");
  expect(short(run(only("video", { untilMs: 100 })).slice(0, 5))).toBe("V0 A0 v0 a10 a110");
  expect(run(without("audio")).every(({ type }) => type === "video")).toBe(true);
  expect(short(run(without("video", { headerOnly: true })).slice(0, 3))).toBe("A0 v0 a10");
});

test("the pace changes, and timestamps do not", () => {
  const slow = run(atSpeed(0.5));
  expect([slow[4]!.dueMs, slow[4]!.timestampMs]).toEqual([200, 100]);
  const stopped = run(stalled({ atMs: 100, forMs: 300 }));
  expect(stopped.map(({ dueMs }) => dueMs).slice(4, 11)).toEqual([400, 400, 400, 400, 400, 400, 400]);
  const rough = run(jittered(80));
  expect(short(rough)).toBe(short(run()));
  expect(rough.every(({ dueMs }, n) => n === 0 || dueMs >= rough[n - 1]!.dueMs)).toBe(true);
  expect(rough.some(({ dueMs, timestampMs }) => dueMs > timestampMs + 20)).toBe(true);
});

test("pictures are composed later without a change of the file", () => {
  expect(
    run(composed(-60))
      .find(({ body }) => body[1] === 1)!
      .body.subarray(2, 5),
  ).toEqual(Buffer.from([255, 255, 236]));
  expect(PICTURE[4]).toBe(40);
});

test("another programme follows with its own headers", () => {
  expect(short(run(followedBy(tags, { atMs: 100 }))).slice(0, 39)).toBe("V0 A0 v0 a10 V100 A100 v100 a110 v200 a");
});
