// Cuts a rendition, fragmented MP4 as FFmpeg has written it, into its init and its segments, and measures them.

import type { Fragment, FragmentTrack } from "#runtime/fmp4/fragment.ts";
import { type Init, initOf } from "#runtime/fmp4/init.ts";
import { Splitter } from "../fmp4/splitter.ts";
import { refusal } from "./refusal.ts";

export interface CutSegment {
  /** From 0. */
  number: number;
  /** From the beginning of the video. */
  atMs: number;
  /** Of the picture. */
  durationMs: number;
  bytes: Uint8Array;
  keyed: boolean;
}

/** Fragments have 2 s; so has the last segment, or less. */
const FRAGMENTS_EACH = 2;

/**
 * Gives the init first, then each segment, and waits for `segment` before it reads on. Throws UploadRefused when there is no picture in it:
 * FFmpeg ends with code 0 then too.
 */
export async function cut(
  stream: AsyncIterable<Uint8Array>,
  on: { init(init: Init): Promise<void>; segment(segment: CutSegment): Promise<void> },
): Promise<void> {
  let init: Init | null = null;
  const ready: Fragment[] = [];
  const splitter = new Splitter({
    init: (bytes, tracks) => {
      init = initOf({ bytes, tracks });
    },
    // Copied: a fragment is a view into the splitter's block.
    fragment: (fragment) => ready.push({ ...fragment, data: fragment.data.slice() }),
  });
  let held: Fragment[] = [];
  let number = 0;
  let told = false;
  const flush = async () => {
    const segment = segmentOf(held, number);
    held = [];
    if (!segment) return;
    number++;
    await on.segment(segment);
  };
  for await (const chunk of stream) {
    splitter.push(chunk);
    if (init && !told) {
      told = true;
      await on.init(init);
    }
    for (let next = ready.shift(); next; next = ready.shift()) {
      const begins = pictureOf(next)?.keyframe ?? false;
      if (begins && held.length >= FRAGMENTS_EACH) await flush();
      held.push(next);
    }
  }
  await flush();
  if (number === 0) throw refusal("unreadable");
}

const pictureOf = ({ tracks }: Fragment): FragmentTrack | undefined =>
  tracks.find(({ track }) => track.kind === "video");

/** Null: no picture is in it, as behind the last one. A row of length 0 must never be. */
function segmentOf(fragments: readonly Fragment[], number: number): CutSegment | null {
  const pictures = fragments.map(pictureOf).filter((picture) => picture !== undefined);
  const [first] = pictures;
  if (!first) return null;
  const ticks = pictures.reduce((sum, { duration }) => sum + duration, 0);
  if (ticks === 0) return null;
  const inMs = 1_000 / first.track.timescale;
  return {
    ...{ number, atMs: first.firstPts * inMs, durationMs: ticks * inMs, keyed: first.keyframe },
    bytes: Buffer.concat(fragments.map(({ data }) => data)),
  };
}
