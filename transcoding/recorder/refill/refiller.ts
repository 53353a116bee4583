// Fills the hole before the first segment of an owner, if nginx-rtmp still has what came meanwhile. The hole is marked until then, and stays
// so when it cannot be filled.

import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { RecordedHole } from "#schema/queries/videos/holes.ts";
import type { SegmentEntry } from "#schema/queries/videos/recording.ts";
import { MEDIA_OBJECT, videoKey } from "#schema/wire/video-keys.ts";
import type { MadeSegment } from "../../packager/shelf/made.ts";
import { entryOf } from "../entry.ts";
import { type Hole, refill } from "./refill.ts";

const refilled = new Counter({
  name: "recorder_refilled_segments_total",
  help: "Segments of recordings that were made of nginx-rtmp's files, after a change of owners",
});

/** nginx-rtmp does not keep its files for longer. */
const WITHIN_MS = 60_000;
const PAUSES = { firstMs: 500, longestMs: 10_000 };
/** More numbers were skipped by a fault of ours. */
const NUMBERS_MAX = 200;
/** A shorter hole is none. */
const HOLE_MIN_MS = 50;

/** In production PostgreSQL (schema/queries/videos/holes.ts). Every method rejects while it is away. */
export interface HoleRows {
  before(videoId: string, of: { rendition: string; number: number }): Promise<RecordedHole | null>;
  fill(
    videoId: string,
    hole: { rendition: string; after: number; before: number },
    segments: readonly SegmentEntry[],
  ): Promise<boolean>;
}

/** What an encoder sent in the last minutes. */
export interface RecentMedia {
  /** FLV files, oldest first, back to `sinceMs` of wall time where there is as much. Rejects when nginx does not answer. */
  since(sinceMs: number): Promise<Uint8Array[]>;
}

export interface RefillerOptions {
  clock: Clock;
  random: Random;
  log: Log;
  objects: Objects;
  rows: HoleRows;
  videoId: string;
  epoch: number;
  recent(): RecentMedia | null;
}

export class Refiller {
  #stopped = false;

  constructor(private readonly options: RefillerOptions) {}

  stop() {
    this.#stopped = true;
  }

  /** `behind`: the first segment of this owner, which is stored. Resolves when nothing is left to do; never rejects. */
  async run(behind: MadeSegment) {
    const { clock, random, log } = this.options;
    const deadlineMs = clock.monoMs() + WITHIN_MS;
    const pauses = new Backoff(PAUSES, random);
    while (!this.#stopped && clock.monoMs() < deadlineMs)
      try {
        const outcome = await this.#fill(behind);
        return void (outcome && log.info(outcome, "hole of the recording"));
      } catch (error) {
        log.warn({ reason: reason(error) }, "hole of the recording not filled yet");
        await clock.sleep(pauses.nextMs());
      }
  }

  /** Null: there is no hole. */
  async #fill(behind: MadeSegment): Promise<{ holeMs: number; segments: number } | null> {
    const { rows, videoId, recent } = this.options;
    const { rendition, number } = behind;
    const recorded = await rows.before(videoId, { rendition, number });
    const holeMs = recorded ? Math.round(behind.atMs - recorded.fromMs) : 0;
    if (!recorded || behind.discontinuity || holeMs < HOLE_MIN_MS || number - recorded.after > NUMBERS_MAX) return null;
    const files = (await recent()?.since(recorded.fromMs)) ?? [];
    const segments = await this.#entries({ numbers: numbersOf(recorded, behind), behind }, files);
    for (const { row, chunks } of segments) await this.#put(row, chunks);
    if (segments.length === 0) return { holeMs, segments: 0 };
    const place = { rendition, after: recorded.after, before: number };
    const written = segments.map(({ row }) => row);
    if (!(await rows.fill(videoId, place, written))) {
      // A spool has been stored meanwhile. What it leaves open is another hole.
      await this.options.objects.remove(written.map((row) => videoKey.segment(videoId, row.rendition, row)));
      throw new Error("somebody else wrote into it");
    }
    refilled.inc(segments.length);
    return { holeMs, segments: segments.length };
  }

  async #entries(hole: Hole, files: readonly Uint8Array[]) {
    const { clock, epoch } = this.options;
    const { init } = hole.behind.media!;
    return (await refill(hole, files, () => clock.sleep(0))).map(({ chunks, ...filled }) => {
      const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
      const made = {
        ...filled,
        rendition: hole.behind.rendition,
        discontinuity: false,
        media: { init, chunks, bytes },
      };
      return { row: entryOf(made, epoch).row, chunks };
    });
  }

  async #put(row: SegmentEntry, chunks: Uint8Array[]) {
    const { objects, videoId } = this.options;
    const key = videoKey.segment(videoId, row.rendition, row);
    await objects.put(key, Buffer.concat(chunks), { ...MEDIA_OBJECT, sha256: row.media!.sha256 });
  }
}

/** Where each number of a hole begins. Numbers that are not marked, since their segments died with an owner, share what is between the others. */
export function numbersOf({ after, fromMs, marked }: RecordedHole, behind: Pick<MadeSegment, "number" | "atMs">) {
  const known = [
    { number: after + 1, atMs: fromMs },
    ...marked.filter(({ number, atMs }) => number > after + 1 && atMs > fromMs && atMs < behind.atMs),
    { number: behind.number, atMs: behind.atMs },
  ];
  return known.slice(1).flatMap((next, i) => {
    const from = known[i]!;
    const stepMs = (next.atMs - from.atMs) / (next.number - from.number);
    return Array.from({ length: next.number - from.number }, (_, n) => ({
      number: from.number + n,
      atMs: from.atMs + n * stepMs,
    }));
  });
}
