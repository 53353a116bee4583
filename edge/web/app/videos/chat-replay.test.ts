// The chat of a video in step with its pictures.

import { expect, test } from "bun:test";
import type { ReplayedLine } from "#schema/api/videos.ts";
import { type AskLines, ChatReplay } from "./chat-replay.ts";

const PAGE = 100;
const line = (offsetMs: number, seq: number): ReplayedLine => ({
  ...{ seq, offsetMs, at: new Date(offsetMs).toISOString(), kind: "line", id: `${seq}`, body: `line ${seq}` },
  user: { id: "u", login: "ada", displayName: "Ada", color: "#fff", badges: [] },
});

/** One line each `everyMs`, for an hour. `asked`: what was asked for. */
function room(everyMs: number) {
  const all = Array.from({ length: Math.floor(3_600_000 / everyMs) }, (_, seq) => line(seq * everyMs, seq));
  const asked: string[] = [];
  let isAway = false;
  const ask: AskLines = async ({ fromMs, toMs, cursor }) => {
    asked.push(`${fromMs}-${toMs}${cursor ? ` +${cursor}` : ""}`);
    if (isAway) throw new Error("away");
    const found = all.filter(({ offsetMs }) => offsetMs >= fromMs && offsetMs < toMs);
    const start = Number(cursor ?? 0);
    return {
      items: found.slice(start, start + PAGE),
      nextCursor: found.length > start + PAGE ? String(start + PAGE) : null,
    };
  };
  return {
    replay: new ChatReplay(ask),
    asked,
    away(is: boolean) {
      isAway = is;
    },
  };
}
const offsets = ({ lines }: ChatReplay) => lines.peek().map(({ offsetMs }) => offsetMs);

test("from the beginning no line is shown before its picture", async () => {
  const { replay } = room(1_000);
  await replay.at(0);
  expect(offsets(replay)).toEqual([0]);
  await replay.at(2_500);
  expect(offsets(replay)).toEqual([0, 1_000, 2_000]);
});

test("a seek shows the lines before that place at once, and none of the way there", async () => {
  const { replay, asked } = room(1_000);
  await replay.at(0);
  asked.length = 0;
  await replay.at(1_800_000);
  expect(offsets(replay)[0]).toBe(1_740_000);
  expect(offsets(replay).at(-1)).toBe(1_800_000);
  expect(asked).toEqual(["1790000-1800000", "1740000-1790000", "1800000-1830000"]);
});

test("a busy chat is asked for a few seconds back, a silent one for a few minutes", async () => {
  const busy = room(20);
  await busy.replay.at(1_800_000);
  expect(busy.asked.filter((span) => span.startsWith("1790000"))).toHaveLength(5);
  expect(busy.replay.lines.peek().length).toBe(200);
  const silent = room(60_000);
  await silent.replay.at(1_800_000);
  expect(offsets(silent.replay)).toEqual([1_500_000, 1_560_000, 1_620_000, 1_680_000, 1_740_000, 1_800_000]);
});

test("while it plays, the next lines are there before they are due, and each is asked for once", async () => {
  const { replay, asked } = room(1_000);
  for (let ms = 0; ms <= 120_000; ms += 250) await replay.at(ms);
  expect(offsets(replay)).toEqual(Array.from({ length: 121 }, (_, n) => n * 1_000));
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.length).toBeLessThan(12);
});

test("what comes late for a place that was left is dropped", async () => {
  const { replay } = room(1_000);
  const first = replay.at(600_000);
  await replay.at(1_800_000);
  await first;
  expect(offsets(replay).at(-1)).toBe(1_800_000);
  expect(offsets(replay)[0]).toBeGreaterThan(600_000);
});

test("while the server is away it says so, and goes on where the video is by then", async () => {
  const { replay, away } = room(1_000);
  away(true);
  await replay.at(0);
  expect(replay.phase.peek()).toBe("failed");
  await replay.at(90_000);
  away(false);
  await replay.retry();
  expect(replay.phase.peek()).toBe("ready");
  expect(offsets(replay).at(-1)).toBe(90_000);
});
