import { expect, test } from "bun:test";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { entriesFrame, fittingCount, welcomeFrame } from "./frames.ts";

test("as many entries as fit into 64 KB make a frame, at least one", () => {
  const texts = Array.from({ length: 200 }, (_, i) => JSON.stringify({ seq: i + 1, body: "🦊".repeat(i * 3) }));
  const count = fittingCount(texts);
  expect(count).toBeWithin(80, 110);
  const frame = entriesFrame(texts.slice(0, count));
  expect(Buffer.byteLength(frame)).toBeWithin(60 * 1024, 64 * 1024 + 1);
  expect((JSON.parse(frame) as { entries: { seq: number }[] }).entries.map(({ seq }) => seq)).toEqual(
    texts.slice(0, count).map((_, i) => i + 1),
  );
  expect(fittingCount(texts.slice(0, 3))).toBe(3);
  expect(fittingCount(["x".repeat(70_000)])).toBe(1);
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
