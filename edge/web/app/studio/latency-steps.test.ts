// The way from the encoder to the viewers, in five steps.

import { expect, test } from "bun:test";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { delayMs, latencySteps } from "./latency-steps.ts";

const latency = { encoderToIngestMs: null, ingestToPackagerMs: 100, packagerToEdgeMs: null, playerBufferMs: 600 };
const percentiles = (p50: number) => ({ p50, p95: p50 * 2 });
const players = (latencyMs: number | null): NonNullable<BroadcastHealth["players"]> => ({
  ...{ players: 3, stalledMs: null, stalls: 0, bufferMs: percentiles(600) },
  latencyMs: latencyMs === null ? null : percentiles(latencyMs),
});
const figures = (known: Pick<BroadcastHealth, "latency" | "players">) => latencySteps(known)?.map(({ ms }) => ms);

test("delivery is what is announced and not in the players' buffers", () => {
  expect(figures({ latency, players: players(900) })).toEqual([null, null, 100, 300, 600]);
  expect(figures({ latency, players: players(500) })).toEqual([null, null, 100, 0, 600]);
  expect(figures({ latency: { ...latency, packagerToEdgeMs: 20 }, players: players(900) })?.[3]).toBe(20);
});

test("the delay is the sum of what is known, and nothing without a player", () => {
  expect(delayMs({ latency, players: players(900) })).toBe(1_000);
  expect(delayMs({ latency, players: players(null) })).toBe(700);
  expect(delayMs({ latency: { ...latency, playerBufferMs: null }, players: null })).toBeNull();
  expect([latencySteps({}), delayMs({})]).toEqual([null, null]);
});
