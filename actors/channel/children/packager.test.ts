// A broadcast's packager as its owner starts it.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import { ladder } from "#transcoding/ladder/renditions.ts";
import type { SavedMedia } from "#transcoding/packager/numbers/saved.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import { fakeChannel } from "../testing.ts";
import { packager } from "./packager.ts";

test("a packager started anew within its owner opens no number that may have been seen, and still lists what was", async () => {
  const packagers = new Map<string, Packager>();
  const clock = new ManualClock();
  const bus = new MemoryHub(clock).connect();
  bus.link.sinceMs++; // Somebody may have taken over before it was up: only what a save covers is listed.
  const parts = { clock, packagers, bus, ladder: ladder("none") };
  const segment = { durationMs: 2_000, atMs: 0, discontinuity: false, gap: false, inits: { source: "h" } };
  const media: SavedMedia = {
    headNumber: 5,
    discontinuitySequence: 0,
    targetDurationMs: 2_000,
    partTargetMs: 500,
    window: [{ ...segment, number: 3 }],
  };
  // Never claimed anew since its beginning: it was cut off from bus and store, stopped, and goes on.
  const broadcast = { id: "b1", liveAtMs: 1, media, startNumber: 0 };
  packager.start(broadcast, { parts, channel: fakeChannel(), self: { tell() {} } });
  expect(await packagers.get("b1")?.serving.playlist("source", {})).toMatchObject({
    headNumber: 3,
    firstHeldNumber: 6,
  });
});
