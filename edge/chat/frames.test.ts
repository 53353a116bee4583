import { expect, test } from "bun:test";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { entriesFrame, entriesFrames, welcomeFrame } from "./frames.ts";

test("frames are JSON of at most 64 KB, with every entry once and in order", () => {
  const texts = Array.from({ length: 200 }, (_, i) => JSON.stringify({ seq: i + 1, body: "🦊".repeat(i * 3) }));
  const frames = entriesFrames(texts);
  expect(Math.max(...frames.map((frame) => Buffer.byteLength(frame)))).toBeLessThanOrEqual(64 * 1024);
  const entries = frames.flatMap((frame) => (JSON.parse(frame) as { entries: { seq: number }[] }).entries);
  expect(entries.map((entry) => entry.seq)).toEqual(texts.map((_, i) => i + 1));
  expect(frames.length).toBe(4);
  expect(entriesFrames([])).toEqual([]);
  expect(entriesFrame(['{"seq":1}'])).toBe('{"type":"entries","entries":[{"seq":1}]}');
});

test("a welcome is one JSON frame, with and without entries", () => {
  const room = DEFAULT_ROOM_SETTINGS;
  const welcome = { type: "welcome", protocol: 1, you: null, room, seq: 2, viewers: 1, resumed: false } as const;
  expect(JSON.parse(welcomeFrame(welcome, []))).toEqual({ ...welcome, entries: [] });
  expect(JSON.parse(welcomeFrame(welcome, ['{"seq":1}', '{"seq":2}']))).toEqual({
    ...welcome,
    entries: [{ seq: 1 }, { seq: 2 }],
  });
});
