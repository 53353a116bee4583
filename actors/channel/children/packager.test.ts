// A broadcast's packager, started as a child of its channel.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import { ladder } from "#transcoding/ladder/renditions.ts";
import type { SavedMedia } from "#transcoding/packager/numbers/saved.ts";
import type { Packager } from "#transcoding/packager/packager.ts";
import { fakeChannel } from "../testing.ts";
import { packager } from "./packager.ts";

test("a packager restarted by the same owner opens no number that viewers may have seen, and lists its window once that is saved", async () => {
  const packagers = new Map<string, Packager>();
  const clock = new ManualClock();
  const bus = new MemoryHub(clock).connect();
  bus.link.sinceMs++; // Another node may have taken over before the link was up: only numbers that a save covers are listed.
  const parts = { clock, packagers, bus, ladder: ladder("none"), partMs: 200 };
  const segment = { durationMs: 2_000, atMs: 0, discontinuity: false, gap: false, inits: { source: "h" } };
  const media: SavedMedia = {
    headNumber: 5,
    discontinuitySequence: 0,
    targetDurationMs: 2_000,
    partTargetMs: 500,
    window: [{ ...segment, number: 3 }],
  };
  // The owner has claimed only once: it was cut off from bus and store, stopped its packager, and continues.
  const broadcast = { id: "b1", liveAtMs: 1, media, startNumber: 0 };
  const child = packager.start(broadcast, { parts, channel: fakeChannel(), self: { tell() {} } });
  const saved = (window: SavedMedia["window"]) =>
    child.saved!(
      { phase: "onAir", broadcast: { ...broadcast, media: { ...media, window } } },
      Number.NEGATIVE_INFINITY,
    );
  // A successor would list the older window of the row: its media sequence would be lower.
  expect(await packagers.get("b1")?.serving.playlist("source", {})).toBeNull();
  saved([{ ...segment, number: 2 }]);
  expect(await packagers.get("b1")?.serving.playlist("source", {})).toBeNull();
  saved(media.window);
  expect(await packagers.get("b1")?.serving.playlist("source", {})).toMatchObject({
    headNumber: 3,
    firstHeldNumber: 6,
  });
});
