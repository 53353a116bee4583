// Where sound and picture of a publisher stand on one timeline. Each stream counts from anywhere; its sender reports say when that was.
//
//   the first packet of each stream: when it came ──both have reported──► the sound is laid beside the picture, once
//                                                 ──more than 100 ms apart──► again

import type { SenderReport } from "./rtcp.ts";
import { Unrolled } from "./unrolled.ts";

export type Kind = "video" | "audio";

const TICKS_PER_MS: Record<Kind, number> = { video: 90, audio: 48 };
/** People notice more. */
export const APART_MS = 100;
/** Media dated this far from when they came: the stream counts from elsewhere. */
const ASTRAY_MS = 5_000;

interface Stream {
  ticks: Unrolled;
  /** Added to the stream's own time. */
  offsetMs: number;
  /** From the stream's own time to the sender's clock; null: not reported. */
  clockMs: number | null;
}

export class Timeline {
  readonly #streams: Partial<Record<Kind, Stream>> = {};
  #firstMs: number | null = null;
  #isAligned = false;

  /** How often the sound was moved, and by how much it was last. */
  moved = { count: 0, byMs: 0 };

  /** Ms since the first packet of all, at least 0. `timestamp`: 32 bits. */
  place(kind: Kind, timestamp: number, nowMs: number): number {
    this.#firstMs ??= nowMs;
    const cameMs = nowMs - this.#firstMs;
    const stream = this.#streams[kind] ?? this.#begin(kind, timestamp, cameMs);
    const ownMs = stream.ticks.take(timestamp) / TICKS_PER_MS[kind];
    if (Math.abs(ownMs + stream.offsetMs - cameMs) > ASTRAY_MS) {
      stream.offsetMs = cameMs - ownMs;
      stream.clockMs = null;
      this.#isAligned = false;
    }
    return Math.max(0, ownMs + stream.offsetMs);
  }

  /** The stream's sender says when one of its timestamps was. */
  reported(kind: Kind, { ntpMs, timestamp }: Pick<SenderReport, "ntpMs" | "timestamp">) {
    const stream = this.#streams[kind];
    // A sender without a clock says 0.
    if (!stream || ntpMs === 0) return;
    stream.clockMs = ntpMs - stream.ticks.near(timestamp) / TICKS_PER_MS[kind];
    this.#align();
  }

  #begin(kind: Kind, timestamp: number, cameMs: number): Stream {
    const stream = { ticks: new Unrolled(32), offsetMs: cameMs - timestamp / TICKS_PER_MS[kind], clockMs: null };
    this.#streams[kind] = stream;
    return stream;
  }

  /** The picture stays: what moves it is seen at once. */
  #align() {
    const { video, audio } = this.#streams;
    if (!video || !audio || video.clockMs === null || audio.clockMs === null) return;
    const byMs = video.offsetMs - video.clockMs + audio.clockMs - audio.offsetMs;
    if (this.#isAligned && Math.abs(byMs) <= APART_MS) return;
    // A clock that is this wrong is no clock.
    if (Math.abs(byMs) > ASTRAY_MS) return;
    this.#isAligned = true;
    audio.offsetMs += byMs;
    this.moved = { count: this.moved.count + 1, byMs };
  }
}
