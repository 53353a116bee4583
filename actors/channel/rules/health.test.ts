// The latency breakdown, as far as the state knows it.

import { expect, test } from "bun:test";
import { latencyOf } from "./health.ts";
import { given, media, published, ready } from "./testing.ts";

test("a frame waits for half a part once the length of parts is known, and players tell their buffer", () => {
  const begun = given(published("1"), ready);
  expect(latencyOf(begun.state, null)).toEqual({
    encoderToIngestMs: null,
    ingestToPackagerMs: null,
    packagerToEdgeMs: null,
    playerBufferMs: null,
  });
  const { state } = given(published("1"), ready, { type: "segmentClosed", media: media(3) });
  expect(latencyOf(state, { bufferMs: { p50: 640, p95: 900 } })).toMatchObject({
    ingestToPackagerMs: 250,
    playerBufferMs: 640,
  });
});
