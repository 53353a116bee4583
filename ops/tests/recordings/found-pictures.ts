// Which pictures are in a recording, and where: read from its playlist and its segments, as a player gets them.

import { numbersIn } from "../support/encoder/numbered.ts";

export interface FoundPicture {
  number: number;
  /** In the video: what the playlist lists before it. */
  atMs: number;
}

export interface ListedGap {
  fromMs: number;
  toMs: number;
}

export interface FoundPictures {
  /** In the order of the playlist. */
  pictures: FoundPicture[];
  gaps: ListedGap[];
  durationMs: number;
}

/** `url`: a media playlist. The pictures of a segment are evenly spaced. */
export async function findPictures(url: string): Promise<FoundPictures> {
  const lines = (await textOf(url)).split("\n");
  const pictures: FoundPicture[] = [];
  const gaps: ListedGap[] = [];
  let [atMs, lengthMs, isGap] = [0, 0, false];
  for (const line of lines) {
    const [, seconds] = /^#EXTINF:([\d.]+)/.exec(line) ?? [];
    if (seconds) lengthMs = Number(seconds) * 1_000;
    if (line === "#EXT-X-GAP") isGap = true;
    if (line === "" || line.startsWith("#")) continue;
    if (isGap) gaps.push({ fromMs: atMs, toMs: atMs + lengthMs });
    else {
      const numbers = numbersIn(new Uint8Array(await (await asked(new URL(line, url))).arrayBuffer()));
      for (const [i, number] of numbers.entries())
        pictures.push({ number, atMs: atMs + (i * lengthMs) / numbers.length });
    }
    atMs += lengthMs;
    isGap = false;
  }
  return { pictures, gaps, durationMs: atMs };
}

/** Runs of pictures that arrived and are neither in the recording nor at a place that is marked; `8–12 after 7 at 3000 ms`. */
export function unmarked(arrived: readonly number[], { pictures, gaps }: FoundPictures): string[] {
  const placeOf = new Map(pictures.map(({ number, atMs }) => [number, atMs]));
  const runs: string[] = [];
  let before: number | null = null;
  for (let i = 0; i < arrived.length; i++) {
    const number = arrived[i]!;
    if (placeOf.has(number)) {
      before = number;
      continue;
    }
    let last = i;
    while (last + 1 < arrived.length && !placeOf.has(arrived[last + 1]!)) last++;
    const fromMs = before === null ? 0 : placeOf.get(before)!;
    const toMs = placeOf.get(arrived[last + 1] ?? -1) ?? Number.POSITIVE_INFINITY;
    if (!gaps.some((gap) => gap.fromMs >= fromMs && gap.toMs <= toMs))
      runs.push(`${number}–${arrived[last]} after ${before} at ${Math.round(fromMs)} ms`);
    i = last;
  }
  return runs;
}

async function asked(url: string | URL): Promise<Response> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} → ${answer.status}`);
  return answer;
}

const textOf = async (url: string) => (await asked(url)).text();
