import { expect, test } from "bun:test";
import fc from "fast-check";
import { digestOf, type PlayerState, summaryOf } from "./players.ts";

const player = (latencyMs: number | null, more: Partial<PlayerState> = {}): PlayerState => ({
  latencyMs,
  bufferMs: null,
  stalls: 0,
  stalledMs: 0,
  ...more,
});

test("percentiles over edges are those of all their players, within 5 %", () => {
  const latency = fc.integer({ min: 10, max: 120_000 });
  fc.assert(
    fc.property(
      fc.array(fc.array(latency, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
      (edges) => {
        const all = edges.flat().sort((a, b) => a - b);
        const summary = summaryOf(edges.map((edge) => digestOf(edge.map((ms) => player(ms)))))!;
        const exact = (share: number) => all[Math.ceil(share * all.length) - 1]!;
        expect(summary.players).toBe(all.length);
        for (const [share, value] of [
          [0.5, summary.latencyMs!.p50],
          [0.95, summary.latencyMs!.p95],
        ] as const)
          expect(value).toBeWithin(exact(share) * 0.95 - 1, exact(share) * 1.05 + 1);
      },
    ),
  );
});

test("what no player says is null, and no players at all are null", () => {
  expect(summaryOf([])).toBeNull();
  expect(summaryOf([digestOf([])])).toBeNull();
  expect(summaryOf([digestOf([player(null, { stalls: 2 }), player(null, { stalls: 1 })])])).toEqual({
    players: 2,
    latencyMs: null,
    bufferMs: null,
    stalledMs: { p50: 0, p95: 0 },
    stalls: 3,
  });
});
