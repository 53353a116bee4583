// The reader against a made-up channel: it reads everything, judges by the rules alone, and notices what is changed.

import { afterEach, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { serveTestingChannel } from "../support/hls/testing-server.ts";
import { readChannel } from "./channel-reader.ts";
import { readable } from "./checks.ts";

const PART_MS = 40;
const FOR_MS = 3_000;
/** The made-up media is no MP4, and sizes say nothing. */
const NOT_MADE_UP = [
  readable.name,
  "BANDWIDTH is at least the peak segment bit rate",
  "AVERAGE-BANDWIDTH is about the average segment bit rate",
];

let stop = () => {};
afterEach(() => stop());

async function red(faults: Partial<Parameters<typeof serveTestingChannel>[0]> = {}) {
  const server = serveTestingChannel({ partMs: PART_MS, ...faults });
  stop = server.stop;
  const { tally, read } = await readChannel(server.url("index.m3u8").href, { forMs: patient(FOR_MS) });
  const found = tally.outcomes.filter(({ faults, name }) => faults > 0 && !NOT_MADE_UP.includes(name));
  const applied = tally.outcomes.filter((outcome) => outcome.applied > 0).map(({ name }) => name);
  return { red: found.map(({ name }) => name), applied, read };
}

test("a channel that keeps the rules is green; playlists, hints, reports and updates were all looked at", async () => {
  const { red: found, applied, read } = await red();
  expect(found).toEqual([]);
  for (const name of [
    "a rendition report is true",
    "a rendition report is as new as its playlist",
    "a delta update gives the whole playlist exactly",
    "a hinted part is held, and answered with the part that is listed then",
    "a number has the same date in all renditions",
    "the preload hint becomes true",
    "hls-parser in strict mode takes every playlist",
  ])
    expect(applied).toContain(name);
  expect(Object.keys(read)).toEqual(["source.m3u8", "480p.m3u8"]);
  for (const { parts, playlists } of Object.values(read)) {
    expect(parts).toBeGreaterThan(10);
    expect(playlists).toBeGreaterThan(5);
  }
});

test("a rendition that lags while others report it further on is noticed", async () => {
  const late = (text: string) => text.replace(/LAST-MSN=(\d+)/, (_, msn) => `LAST-MSN=${Number(msn) + 3}`);
  expect((await red({ playlist: late })).red).toContain("a rendition report is true");
});

test("a segment that is missing, and bytes that change, are noticed", async () => {
  const missing = await red({ media: (path) => (path.includes("/s2") ? new Response("", { status: 404 }) : null) });
  expect(missing.red).toContain("what is listed can be had");
  stop();
  let n = 0;
  const other = await red({ media: (path) => (path.endsWith("m4s") ? new Response(`${n++}`) : null) });
  expect(other.red).toContain("a hinted part is held, and answered with the part that is listed then");
});
