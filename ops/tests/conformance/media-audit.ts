// Checks the bytes of one rendition in the order in which they are listed. Holds one part, one segment, and the inits of one window.

import type { Tally } from "#ops/tests/support/hls/check.ts";
import type { ListedPart, ListedSegment } from "#ops/tests/support/hls/media-playlist.ts";
import type { ListedVariant } from "#ops/tests/support/hls/multivariant-playlist.ts";
import { BitRateMeter } from "./bit-rates.ts";
import { readable } from "./checks.ts";
import { initChecks, partChecks, segmentChecks } from "./media-checks.ts";
import { type InitTrack, type Run, readInit, readRuns } from "./mp4-samples.ts";

const INITS_MAX = 16;
/** Segments whose parts are being collected. */
const COLLECTED_MAX = 4;

interface HeldPart {
  segment: ListedSegment;
  index: number;
  part: ListedPart;
  runs: Run[];
}

export class MediaAudit {
  readonly meter = new BitRateMeter();
  readonly #inits = new Map<string, InitTrack[]>();
  /** Bytes of parts by segment number; null: a part is missing. */
  readonly #collected = new Map<number, Uint8Array[] | null>();
  #part: HeldPart | null = null;
  #segment: { segment: ListedSegment; runs: Run[] } | null = null;

  constructor(
    private readonly tally: Tally,
    private readonly name: string,
  ) {}

  init(uri: string, bytes: Uint8Array, variant: ListedVariant | null) {
    const tracks = this.#read(uri, () => readInit(bytes));
    if (!tracks) return;
    this.#inits.set(uri, tracks);
    for (const old of [...this.#inits.keys()].slice(0, -INITS_MAX)) this.#inits.delete(old);
    if (variant) this.tally.run(initChecks, { variant, tracks }, this.name);
  }

  knows(uri: string) {
    return this.#inits.has(uri);
  }

  /** Parts in order. */
  part(segment: ListedSegment, index: number, bytes: Uint8Array) {
    const part = segment.parts[index]!;
    this.#collect(segment.number, index, bytes);
    const runs = this.#runs(part.uri, segment, bytes);
    const before = this.#part;
    this.#part = runs && { segment, index, part, runs };
    if (before && this.#part) {
      const next = directly(before, this.#part) ? runs : null;
      this.tally.run(partChecks, { part: before.part, runs: before.runs, next }, this.name);
    }
  }

  /** Closed segments in order, gaps left out. */
  segment(
    segment: ListedSegment,
    bytes: Uint8Array,
    {
      independent,
      targetDurationS,
      frameRate,
    }: { independent: boolean; targetDurationS: number; frameRate: number | null },
  ) {
    const runs = this.#runs(segment.uri ?? "", segment, bytes);
    const last = this.#segment;
    this.#segment = runs && { segment, runs };
    if (!runs) return;
    const before = last && last.segment.discontinuity === segment.discontinuity ? last : null;
    const isItsParts = this.#isCollected(segment, bytes);
    this.tally.run(segmentChecks, { segment, runs, independent, isItsParts, before, frameRate }, this.name);
    this.meter.add({ number: segment.number, bytes: bytes.length, durationS: segment.durationS }, targetDurationS);
  }

  #collect(number: number, index: number, bytes: Uint8Array) {
    const list = this.#collected.get(number);
    if (index === 0) this.#collected.set(number, [bytes]);
    else if (list && list.length === index) list.push(bytes);
    else this.#collected.set(number, null);
    for (const old of [...this.#collected.keys()].slice(0, -COLLECTED_MAX)) this.#collected.delete(old);
  }

  #isCollected({ number, parts }: ListedSegment, bytes: Uint8Array): boolean | null {
    const list = this.#collected.get(number);
    if (!list || list.length !== parts.length) return null;
    return Buffer.concat(list).equals(bytes);
  }

  #runs(uri: string, { map }: ListedSegment, bytes: Uint8Array): Run[] | null {
    const tracks = map === null ? undefined : this.#inits.get(map);
    return tracks ? this.#read(uri, () => readRuns(bytes, tracks)) : null;
  }

  #read<Value>(uri: string, read: () => Value): Value | null {
    try {
      const value = read();
      this.tally.note(readable, [], this.name);
      return value;
    } catch (error) {
      this.tally.note(readable, [`${uri}: ${error}`], this.name);
      return null;
    }
  }
}

/** The one follows the other without a gap, a discontinuity or another map. */
function directly(one: HeldPart, other: HeldPart): boolean {
  const [a, b] = [one.segment, other.segment];
  if (a.discontinuity !== b.discontinuity || a.map !== b.map) return false;
  if (a.number === b.number) return other.index === one.index + 1;
  return b.number === a.number + 1 && other.index === 0 && one.index === a.parts.length - 1;
}
