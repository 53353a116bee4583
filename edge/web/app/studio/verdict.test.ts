// What the streamer reads of the state of a broadcast.

import { expect, test } from "bun:test";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { limitText, playersText, verdict } from "./verdict.ts";

const ended = (phase: BroadcastHealth["phase"], why: "limit" | "stopped") =>
  ({
    phase,
    lastEnd: { why, detail: "A broadcast may last 12 hours here.", endedAt: "2026-11-29T12:00:00.000Z" },
  }) as BroadcastHealth;

test("a limit that ended the last broadcast is told until the next one is on air", () => {
  const text = "A limit of this server ended your last broadcast. A broadcast may last 12 hours here.";
  expect((["offline", "preview", "starting"] as const).map((phase) => limitText(ended(phase, "limit")))).toEqual([
    text,
    text,
    text,
  ]);
  expect(limitText(ended("live", "limit"))).toBeNull();
  expect(limitText(ended("offline", "stopped"))).toBeNull();
  expect(limitText(null)).toBeNull();
});

test("after its end a broadcast has ended for ten minutes, then the channel is off air", () => {
  const atMs = Date.parse("2026-11-29T12:00:00.000Z");
  const title = (sinceMs: number, isNew = false) =>
    verdict(ended("offline", "stopped"), { notices: 0, isNew, nowMs: atMs + sinceMs }).title;
  expect([title(0), title(599_000), title(600_000)]).toEqual([
    "Your broadcast has ended",
    "Your broadcast has ended",
    "You are off air",
  ]);
  expect(verdict({ phase: "offline" } as BroadcastHealth, { notices: 0, isNew: true, nowMs: atMs }).title).toBe(
    "You have not streamed yet",
  );
});

test("what players report is a sentence for none, one and many", () => {
  const latencyMs = { p50: 1_010, p95: 1_480 };
  const rest = { bufferMs: null, stalledMs: null };
  expect(playersText(null)).toContain("None has reported");
  expect(playersText({ players: 1, latencyMs, stalls: 0, ...rest })).toBe(
    "1 player reports: it is 1.0 s behind the newest part. No picture stopped in the last 10 s.",
  );
  expect(playersText({ players: 1_200, latencyMs, stalls: 2, ...rest })).toBe(
    "1,200 players report: half of them are at most 1.0 s behind the newest part, 95 % at most 1.5 s. 2 pictures stopped in the last 10 s.",
  );
});
