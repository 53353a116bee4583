// The media playlist of one rendition, made of its rows in order (RFC 8216bis §4.4). It only grows at its end, so that it can be an EVENT.

import type { SegmentRow } from "#schema/queries/videos/segments.ts";
import { Timeline } from "#schema/wire/timeline.ts";
import { videoPath } from "./address.ts";

/** Numbers that nobody has, in a row, which are listed as gaps. More were skipped by a fault of ours, and become a step of the clock. */
const HOLE_NUMBERS_MAX = 3_600;
/** Less than this is no hole, but the rounding of dates. */
const HOLE_MS = 1;

interface ListingOptions {
  rendition: string;
  targetDurationMs: number;
  /** The video's first picture. Every rendition begins there, with gaps if it must, so that a position is the same in all of them. */
  first: Pick<SegmentRow, "number" | "atMs">;
}

/** A row as it is listed; a gap has neither a hash nor an object. */
type Listed = Pick<SegmentRow, "number" | "epoch" | "atMs" | "durationMs" | "discontinuity" | "initHash">;

/** A listed number, and where in media time it begins. */
export interface Place {
  number: number;
  startMs: number;
  isGap: boolean;
}

export class Listing {
  readonly timeline = new Timeline();
  /** Numbers without media: objects that come late may fill them. */
  gaps = 0;
  /** The last row that was added. */
  lastNumber: number;
  readonly #options: ListingOptions;
  readonly #lines: string[] = [];
  /** Gaps at the end wait for media behind them: no playlist ends with a gap. */
  readonly #waiting: Listed[] = [];
  /** Of what is listed, in its order. A gap's number is written as -1 - number. */
  readonly #numbers: number[] = [];
  readonly #startsMs: number[] = [];
  #targetS: number;
  #map: string | null = null;
  readonly #next: { number: number; atMs: number };
  #step = false;
  #areKeyed = true;

  constructor(options: ListingOptions) {
    this.#options = options;
    this.#targetS = Math.round(options.targetDurationMs / 1_000);
    this.#next = { ...options.first };
    this.lastNumber = options.first.number - 1;
  }

  /** Nothing can be played yet. */
  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** The row behind the last one. One without a duration is never listed. */
  add(row: SegmentRow) {
    this.lastNumber = row.number;
    if (row.discontinuity) this.#step = true;
    if (!(row.durationMs > 0)) return;
    this.#markHole(row);
    const listed = row.discontinuity === this.#step ? row : { ...row, discontinuity: this.#step };
    this.#step = false;
    this.#next.number = row.number + 1;
    this.#next.atMs = row.atMs + row.durationMs;
    if (row.initHash === null) return void this.#waiting.push(listed);
    if (!row.keyed) this.#areKeyed = false;
    for (const gap of this.#waiting.splice(0)) this.#append(gap);
    this.#append(listed);
  }

  /** What is shown at a moment of the video; null: before its start, or behind what is listed. */
  at(mediaMs: number): Place | null {
    if (mediaMs < 0 || mediaMs >= this.timeline.durationMs) return null;
    let [low, high] = [0, this.#startsMs.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#startsMs[middle]! <= mediaMs) low = middle;
      else high = middle - 1;
    }
    const written = this.#numbers[low]!;
    return { number: written < 0 ? -1 - written : written, startMs: this.#startsMs[low]!, isGap: written < 0 };
  }

  /** `startMs`: where players begin; default: where they like. */
  text({ isOver, startMs }: { isOver: boolean; startMs?: number }): string {
    const version = isOver && this.gaps === 0 ? 7 : 8;
    const head = [
      "#EXTM3U",
      `#EXT-X-VERSION:${version}`,
      `#EXT-X-TARGETDURATION:${Math.max(1, this.#targetS)}`,
      `#EXT-X-PLAYLIST-TYPE:${isOver ? "VOD" : "EVENT"}`,
      `#EXT-X-MEDIA-SEQUENCE:${this.#options.first.number}`,
      // A recording may still be cut without a keyframe, and a playlist must not take it back.
      ...(isOver && this.#areKeyed ? ["#EXT-X-INDEPENDENT-SEGMENTS"] : []),
      ...(startMs === undefined ? [] : [`#EXT-X-START:TIME-OFFSET=${(startMs / 1_000).toFixed(5)},PRECISE=YES`]),
    ];
    return `${[...head, ...this.#lines, ...(isOver ? ["#EXT-X-ENDLIST"] : [])].join("\n")}\n`;
  }

  /** Gaps for numbers that nobody has, so long that together they span the hole. */
  #markHole({ number, atMs, epoch }: SegmentRow) {
    const missing = number - this.#next.number;
    const durationMs = (atMs - this.#next.atMs) / missing;
    if (missing > HOLE_NUMBERS_MAX) this.#step = true;
    else if (missing > 0 && durationMs >= HOLE_MS)
      for (let i = 0; i < missing; i++) {
        const gap = { epoch, durationMs, discontinuity: false, initHash: null };
        this.#waiting.push({ ...gap, number: this.#next.number + i, atMs: this.#next.atMs + i * durationMs });
      }
  }

  #append({ number, epoch, atMs, durationMs, discontinuity, initHash }: Listed) {
    const lines = this.#lines;
    const { rendition } = this.#options;
    const isFirst = lines.length === 0;
    if (discontinuity && !isFirst) {
      lines.push("#EXT-X-DISCONTINUITY");
      this.#map = null;
    }
    if (initHash !== null && initHash !== this.#map) {
      lines.push(`#EXT-X-MAP:URI="${videoPath.init(rendition, initHash)}"`);
      this.#map = initHash;
    }
    if (isFirst || discontinuity || Math.abs(atMs - this.#datedMs) > HOLE_MS) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${dateOf(atMs)}`);
      this.#datedMs = atMs;
    }
    if (initHash === null) {
      lines.push("#EXT-X-GAP");
      this.gaps++;
    }
    if (durationMs !== this.#lasts.ms)
      this.#lasts = { ms: durationMs, line: `#EXTINF:${(durationMs / 1_000).toFixed(5)},` };
    lines.push(this.#lasts.line, videoPath.segment(rendition, { number, epoch }));
    this.#targetS = Math.max(this.#targetS, Math.round(durationMs / 1_000));
    this.#datedMs += durationMs;
    this.#numbers.push(initHash === null ? -1 - number : number);
    this.#startsMs.push(this.timeline.durationMs);
    this.timeline.add({ atMs, durationMs });
  }

  /** The date that a player expects of what comes next. */
  #datedMs = 0;
  /** Most segments are as long as the one before: to write that anew would be half of the work. */
  #lasts = { ms: -1, line: "" };
}

/** The latest time of a Date (ECMA-262 §21.4.1.1). */
const DATE_MAX_MS = 8.64e15;
const dateOf = (ms: number) => new Date(Math.min(DATE_MAX_MS, Math.max(0, ms))).toISOString();
