// The handles of the clip maker.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { moved, spansAt } from "./span.ts";

test("of what is live the last 90 s are shown and the last 30 s chosen", () => {
  expect(spansAt(null, 600_000)).toEqual({
    window: { startMs: 510_000, endMs: 600_000 },
    chosen: { startMs: 570_000, endMs: 600_000 },
  });
  expect(spansAt(null, 12_000)).toEqual({
    window: { startMs: 0, endMs: 12_000 },
    chosen: { startMs: 0, endMs: 12_000 },
  });
});

test("of a video what is around the moment is shown, and what led to it is chosen", () => {
  expect(spansAt(200_000, 600_000)).toEqual({
    window: { startMs: 140_000, endMs: 230_000 },
    chosen: { startMs: 170_000, endMs: 200_000 },
  });
  expect(spansAt(1_000, 600_000)).toEqual({
    window: { startMs: 0, endMs: 90_000 },
    chosen: { startMs: 0, endMs: 5_000 },
  });
});

test("wherever the handles are dragged, a clip has 5 to 60 s and is in the window", () => {
  const ms = fc.integer({ min: -10_000, max: 700_000 });
  const act = fc.record({ handle: fc.constantFrom("startMs" as const, "endMs" as const), toMs: ms });
  fc.assert(
    fc.property(fc.array(act), fc.integer({ min: 5_000, max: 600_000 }), (acts, durationMs) => {
      const { window, chosen } = spansAt(null, durationMs);
      let span = chosen;
      for (const { handle, toMs } of acts) {
        span = moved(span, handle, toMs, window);
        const lengthMs = span.endMs - span.startMs;
        expect(lengthMs).toBeGreaterThanOrEqual(5_000);
        expect(lengthMs).toBeLessThanOrEqual(60_000);
        expect(span.startMs).toBeGreaterThanOrEqual(window.startMs);
        expect(span.endMs).toBeLessThanOrEqual(window.endMs);
      }
    }),
  );
});
