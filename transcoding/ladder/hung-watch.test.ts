// A hung FFmpeg is told from one that is slow, and from a source that sends nothing.

import { expect, test } from "bun:test";
import { HungWatch } from "./hung-watch.ts";

/** Looks for `seconds` while pictures are offered; `every`: the number of looks between two outputs. */
function watch(watched: HungWatch, { seconds, every = Number.POSITIVE_INFINITY, fed = true, fromMs = 0 }: Watched) {
  const seen = { hungMs: null as number | null, silent: 0 };
  for (let look = 1; look <= seconds * 2; look++) {
    if (look % every === 0) watched.moved();
    const hung = watched.look(fromMs + (fed ? look * 500 : 0));
    if (hung) seen.hungMs ??= look * 500;
    if (watched.silent) seen.silent++;
  }
  return seen;
}
interface Watched {
  seconds: number;
  every?: number;
  fed?: boolean;
  fromMs?: number;
}

test("what is fed hangs after 10 s without output, before the first output after 20 s", () => {
  const watched = new HungWatch();
  expect(watch(new HungWatch(), { seconds: 30 }).hungMs).toBe(20_000);
  expect(watch(watched, { seconds: 5, every: 1 }).hungMs).toBeNull();
  expect(watch(watched, { seconds: 15, fromMs: 60_000 }).hungMs).toBe(9_500);
});

test("one that is slow is not silent, and a source that sends nothing makes nobody silent", () => {
  expect(watch(new HungWatch(), { seconds: 60, every: 3 })).toEqual({ hungMs: null, silent: 0 });
  const watched = new HungWatch();
  watch(watched, { seconds: 2, every: 1 });
  expect(watch(watched, { seconds: 60, fed: false, fromMs: 2_000 })).toEqual({ hungMs: null, silent: 0 });
  expect(watch(watched, { seconds: 5, fromMs: 60_000 }).silent).toBeGreaterThan(5);
});
