import { expect, test } from "bun:test";
import { parsePlaylist } from "./playlist.ts";
import { type WindowOptions, windowText } from "./testing.ts";
import { Version } from "./version.ts";

const window = { from: 5, to: 15, open: 1 };
const version = (over: Partial<WindowOptions> = {}, facts: { epoch?: number; headNumber?: number } = {}) =>
  new Version(parsePlaylist(windowText({ ...window, ...over }))!, { epoch: 2, headNumber: 16, heardMs: 0, ...facts });

test("a version is behind when any of its numbers would go back", () => {
  const given = version();
  for (const back of [
    version({}, { epoch: 1 }),
    version({}, { headNumber: 15 }),
    version({ from: 4 }),
    version({ to: 14 }),
    version({ open: 0 }),
  ])
    expect(back.isBehind(given)).toBe(true);
  expect(version({ open: 2 }).isBehind(version({ to: 16, open: 0 }))).toBe(true); // Closed since.
});

test("an equal version, or one that goes on, is not behind", () => {
  const given = version();
  for (const next of [
    version(),
    version({ open: 2 }),
    version({ to: 16, open: 0 }),
    version({ from: 6, to: 18 }, { epoch: 3, headNumber: 19 }),
    version({ to: 16, ended: true }),
  ])
    expect(next.isBehind(given)).toBe(false);
});

test("the full playlist and the delta update are rendered once each", () => {
  const given = version();
  const [full, delta] = [given.body(false), given.body(true)];
  expect([given.body(false) === full, given.body(true) === delta, full === delta]).toEqual([true, true, false]);
  const { gzip } = full;
  expect(full.gzip === gzip).toBe(true);
  const short = version({ from: 12 }); // Nothing to skip.
  expect(short.body(true) === short.body(false)).toBe(true);
});
