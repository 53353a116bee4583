import { expect, test } from "bun:test";
import fc from "fast-check";
import { AWAITED_MAX, awaitedOf, type Position } from "./awaited.ts";
import { contains, parsePlaylist } from "./playlist.ts";
import { windowText } from "./testing.ts";
import { Version } from "./version.ts";

/** Segments 0 to 9 with two parts each, and this many parts of segment 10. */
function versionWith(open: number, closed = 9): Version {
  const headNumber = closed + (open > 0 ? 1 : 0);
  const playlist = parsePlaylist(windowText({ from: 0, to: closed, open }))!;
  return new Version(playlist, { epoch: 1, headNumber, heardMs: 0 });
}

const positions = fc.record({
  msn: fc.oneof(fc.nat(20), fc.nat({ max: Number.MAX_SAFE_INTEGER })),
  part: fc.option(fc.oneof(fc.nat(8), fc.nat({ max: Number.MAX_SAFE_INTEGER }))),
});

test("what players ask for is waited for as asked: the next part, its segment's end, the next segment's first part", () => {
  const version = versionWith(2);
  const asked: Position[] = [
    { msn: 10, part: 2 },
    { msn: 10, part: 3 },
    { msn: 10, part: null },
    { msn: 11, part: 0 },
    { msn: 11, part: null },
  ];
  for (const each of asked) expect(awaitedOf(version, each)).toEqual({ kind: "next", ...each });
  expect(awaitedOf(version, { msn: 10, part: 1 })).toEqual({ kind: "listed" });
  expect(awaitedOf(version, { msn: 9, part: 99 })).toEqual({ kind: "listed" });
});

test("a part past the end of a closed segment is the next segment's first", () => {
  expect(awaitedOf(versionWith(0), { msn: 9, part: 2 })).toEqual({ kind: "next", msn: 10, part: 0 });
  expect(awaitedOf(versionWith(0), { msn: 9, part: 1_000_000 })).toEqual({ kind: "next", msn: 10, part: 0 });
});

test("a part that cannot come next is the end of its segment, a segment that cannot is too far", () => {
  const version = versionWith(2);
  expect(awaitedOf(version, { msn: 10, part: 5 })).toEqual({ kind: "next", msn: 10, part: 5 });
  expect(awaitedOf(version, { msn: 10, part: 6 })).toEqual({ kind: "far", msn: 10, part: null });
  expect(awaitedOf(version, { msn: 12, part: 999 })).toEqual({ kind: "far", msn: 12, part: null });
  expect(awaitedOf(version, { msn: 13, part: null })).toEqual({ kind: "too_far" });
});

test("whatever strangers ask for, there is a handful of things to wait for, and the playlist has none of them", () => {
  fc.assert(
    fc.property(fc.array(positions, { minLength: 200, maxLength: 400 }), fc.nat(12), (asked, open) => {
      const version = versionWith(open);
      const keys = new Set<string>();
      for (const each of asked) {
        const awaited = awaitedOf(version, each);
        if (awaited.kind === "listed") expect(contains(version.playlist, each.msn, each.part)).toBe(true);
        if (awaited.kind !== "next" && awaited.kind !== "far") continue;
        expect(contains(version.playlist, awaited.msn, awaited.part)).toBe(false);
        keys.add(`${awaited.msn} ${awaited.part}`);
      }
      expect(keys.size).toBeLessThanOrEqual(AWAITED_MAX);
    }),
    { numRuns: 200 },
  );
});
