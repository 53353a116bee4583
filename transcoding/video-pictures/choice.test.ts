// Which moments of a video are drawn.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { boardOf, type DrawnSegment, drawnRenditions, posterMoments } from "./choice.ts";

function segmentsOf(seconds: number, eachS = 2, gaps: readonly number[] = []): DrawnSegment[] {
  return Array.from({ length: Math.ceil(seconds / eachS) }, (_, number) => ({
    ...{ rendition: "source", number, epoch: 1, positionMs: number * eachS * 1_000, keyed: true },
    durationMs: Math.min(eachS, seconds - number * eachS) * 1_000,
    initHash: gaps.includes(number) ? null : "a",
  }));
}

test("an hour has a picture each 10 s, and 100 s have one each 2 s up to the end", () => {
  const hour = boardOf(segmentsOf(3_600))!;
  expect([hour.intervalMs, hour.moments.length]).toEqual([10_000, 360]);
  expect(hour.moments.map(({ segment }) => segment.number)).toEqual(Array.from({ length: 360 }, (_, i) => i * 5));
  const short = boardOf(segmentsOf(100))!;
  expect([short.intervalMs, short.moments.length]).toEqual([2_000, 50]);
  expect(boardOf(segmentsOf(0.04))!.moments).toHaveLength(1);
});

test("in a gap the picture before it is drawn, at the beginning the first there is", () => {
  const numbers = (gaps: number[]) => boardOf(segmentsOf(12, 2, gaps))!.moments.map(({ segment }) => segment.number);
  expect(numbers([2, 3])).toEqual([0, 1, 1, 1, 4, 5]);
  expect(numbers([0, 1])).toEqual([2, 2, 2, 3, 4, 5]);
  expect(boardOf(segmentsOf(4, 2, [0, 1]))).toBeNull();
  expect(boardOf([])).toBeNull();
});

test("within a longer segment the moment is told", () => {
  const { moments } = boardOf(segmentsOf(8, 4))!;
  expect(moments.map(({ segment, offsetMs }) => [segment.number, offsetMs])).toEqual([
    ...[
      [0, 0],
      [0, 2_000],
      [1, 0],
      [1, 2_000],
    ],
  ]);
});

test("whatever the length, the pictures are bounded, and each is of a segment that is there", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 200_000, noNaN: true }), fc.array(fc.nat(50)), (seconds, gaps) => {
      const board = boardOf(segmentsOf(seconds, 10, gaps));
      for (const { segment } of board?.moments ?? []) expect(segment.initHash).not.toBeNull();
      if (board) expect(board.moments.length).toBeWithin(1, 401);
    }),
  );
});

test("poster moments are of different segments", () => {
  expect(posterMoments(segmentsOf(100)).map(({ segment }) => segment.number)).toEqual([5, 15, 25]);
  expect(posterMoments(segmentsOf(2))).toHaveLength(1);
  expect(posterMoments([])).toEqual([]);
});

test("posters are of the source, or of the largest rendition; small pictures of the smallest that is not smaller than they are", () => {
  const sized = (name: string, width: number, height: number) => ({ name, width, height });
  const [source, large, small, tiny] = [
    sized("source", 640, 360),
    sized("480p", 854, 480),
    sized("160p", 284, 160),
    sized("80p", 142, 80),
  ];
  const sound = sized("audio", 0, 0);
  expect(drawnRenditions([large, source, small, tiny, sound])).toEqual({ large: source, small });
  expect(drawnRenditions([tiny, small, large])).toEqual({ large, small });
  expect(drawnRenditions([tiny])).toEqual({ large: tiny, small: tiny });
  expect(drawnRenditions([sound])).toBeNull();
  expect(drawnRenditions([])).toBeNull();
});
