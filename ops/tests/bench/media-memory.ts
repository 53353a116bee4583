// Memory of an edge over an hour of media, fed as fast as it goes: real HTTP to an origin and from players, and the edge's clock is moved on
// with each part.

import { mediaPath } from "#schema/wire/media.ts";
import { residentBytes } from "../support/balancer.ts";
import { startMediaEdge } from "./media-edge-process.ts";
import { HourOrigin } from "./media-memory-origin.ts";
import type { BenchOptions, BenchResult } from "./result.ts";

const MB = 1024 * 1024;
const CHANNEL = "0190f3b0-0000-7000-8000-000000000001";
const BROADCAST = "0190f3b0-0000-7000-8000-00000000000b";
const PART_MS = 200;
const PARTS_PER_SEGMENT = 10;
/** Of one part: 6 and 1.5 Mbit/s. */
const RENDITIONS = { source: 150_000, "480p": 37_500 };
/** Players of each rendition at the live edge, and one that is three segments behind and loads whole ones. */
const PLAYERS = { source: 2, "480p": 1 };
const BEHIND_SEGMENTS = 3;
const HOUR_S = 3_600;
const QUARTERS = 4;
/** The cache is full after a few minutes: the highest value of any later quarter over that of the first. The collector's rhythm alone makes
 *  them differ by a sixth. */
const GROWN_MAX = 1.25;

export async function benchMediaMemory({ seconds = String(HOUR_S) }: BenchOptions): Promise<BenchResult> {
  const origin = new HourOrigin({
    broadcastId: BROADCAST,
    partMs: PART_MS,
    partsPerSegment: PARTS_PER_SEGMENT,
    renditions: RENDITIONS,
  });
  const edge = await startMediaEdge([origin.url, CHANNEL, BROADCAST, "by-hand"]);
  try {
    const parts = Math.round((Number(seconds) * 1_000) / PART_MS);
    const quarter = Math.ceil(parts / QUARTERS);
    const rows: string[][] = [["start", "0", mb(residentBytes(edge.pid)), mb(residentBytes(edge.pid))]];
    const peaks: number[] = [];
    let [peak, served] = [0, 0];
    const startMs = performance.now();
    for (let n = 1; n <= parts; n++) {
      served += await playPart(edge.url, origin);
      if (n % 25 === 0) peak = Math.max(peak, residentBytes(edge.pid));
      if (n % quarter !== 0 && n !== parts) continue;
      const minutes = (n * PART_MS) / 60_000;
      rows.push([`${minutes.toFixed(0)} min`, (served / 1024 / MB).toFixed(1), mb(residentBytes(edge.pid)), mb(peak)]);
      console.log(rows.at(-1)!.join("  "));
      peaks.push(peak);
      peak = 0;
    }
    const tookS = (performance.now() - startMs) / 1_000;
    const grown = Math.max(...peaks) / peaks[0]!;
    if (grown > GROWN_MAX)
      throw new Error(`memory grew by ${((grown - 1) * 100).toFixed(0)} % after the first quarter`);
    return {
      title: "Memory of an edge over an hour of media",
      target: `from the first quarter on it grows by ${((GROWN_MAX - 1) * 100).toFixed(0)} % at most`,
      method: `one channel of 6 Mbit/s and a rendition of 1.5 Mbit/s, parts of ${PART_MS} ms, 3 players at the live edge and 2 behind, a cache of 256 MB; ${seconds} s of media in ${tookS.toFixed(0)} s`,
      header: ["media", "GB served", "resident MB", "highest MB"],
      rows,
    };
  } finally {
    await edge.stop();
    await origin.stop();
  }
}

/** One step: players wait for the next part by a blocking request and by its hint, it is made, and they get both. Resolves with the bytes. */
async function playPart(url: string, origin: HourOrigin): Promise<number> {
  const { number, part } = origin.next;
  const got: Promise<number>[] = [];
  for (const [rendition, players] of Object.entries(PLAYERS)) {
    const hinted = mediaPath.part(rendition, 1, 1, origin.made);
    for (let player = 0; player < players; player++) {
      got.push(load(`${url}/live/bench/${mediaPath.playlist(rendition)}?_HLS_msn=${number}&_HLS_part=${part}`));
      got.push(load(`${url}/live/bench/${hinted}`));
    }
    const behind = number - BEHIND_SEGMENTS;
    if (part === 0 && behind >= 0)
      got.push(load(`${url}/live/bench/${mediaPath.segment(BROADCAST, rendition, behind)}`));
  }
  await origin.asked(Object.keys(PLAYERS).length);
  origin.make();
  const bytes = await Promise.all(got);
  await load(`${url}/advance?ms=${PART_MS}`);
  return bytes.reduce((sum, one) => sum + one, 0);
}

async function load(url: string): Promise<number> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} → ${response.status}`);
  return (await response.arrayBuffer()).byteLength;
}

const mb = (bytes: number) => (bytes / MB).toFixed(0);
