// For tests: the rows of recordings in memory, by the same rules as schema/queries/videos/recording.ts, and a packager that is told what it made.

import type { RecordingOwner, RenditionEntry, SegmentEntry } from "#schema/queries/videos/recording.ts";
import type { MadeSegment } from "../packager/shelf/made.ts";
import type { RecordedPackager } from "./recorder.ts";
import type { RecordingRows } from "./rows.ts";
import type { SegmentSpool } from "./spool.ts";

export class MemoryRows implements RecordingRows {
  /** Epoch of the channel's owner. */
  epoch = 1;
  keeps = true;
  away = false;
  readonly owners = new Map<number, number>();
  readonly segments = new Map<string, SegmentEntry>();
  readonly inits = new Set<string>();
  readonly renditionsByName = new Map<string, RenditionEntry>();
  finished = 0;
  retotalled = 0;

  async #answer<Value>(value: () => Value): Promise<Value> {
    await Promise.resolve();
    if (this.away) throw new Error("rows are away");
    return value();
  }

  begin({ epoch, firstNumber }: RecordingOwner & { firstNumber: number }) {
    return this.#answer(() => {
      if (epoch !== this.epoch) return "replaced" as const;
      if (!this.keeps) return "not kept" as const;
      if (!this.owners.has(epoch)) this.owners.set(epoch, firstNumber);
      for (const [at, { number, epoch: by }] of this.segments)
        if (number >= firstNumber && by < epoch) this.segments.delete(at);
      return "kept" as const;
    });
  }

  init(_videoId: string, { rendition, hash }: { rendition: string; hash: string }) {
    return this.#answer(() => void this.inits.add(`${rendition} ${hash}`));
  }

  segment(_videoId: string, segment: SegmentEntry) {
    return this.#answer(() => {
      const { rendition, number, epoch } = segment;
      const later = [...this.owners].some(([by, first]) => by > epoch && first <= number);
      if (!this.owners.has(epoch) || later || this.#isMadeAgain(segment)) return false;
      const at = `${rendition} ${number}`;
      const known = this.segments.get(at);
      if (!known || (known.media === null && segment.media)) this.segments.set(at, segment);
      return !known?.media || known.epoch === epoch;
    });
  }

  /** A later owner has media from before that time on. */
  #isMadeAgain({ rendition, epoch, atMs }: SegmentEntry): boolean {
    return [...this.segments.values()].some(
      (row) => row.rendition === rendition && row.epoch > epoch && row.media !== null && row.atMs <= atMs + 50,
    );
  }

  supersede(_videoId: string, { rendition, number, epoch, atMs }: SegmentEntry) {
    return this.#answer(() => {
      for (const [at, row] of this.segments)
        if (row.rendition === rendition && row.number < number && row.epoch < epoch && row.atMs >= atMs - 50)
          this.segments.delete(at);
    });
  }

  renditions(_videoId: string, known: { renditions: RenditionEntry[] }) {
    return this.#answer(() => {
      for (const one of known.renditions) this.renditionsByName.set(one.name, one);
    });
  }

  retotal() {
    return this.#answer(() => void this.retotalled++);
  }

  finish({ epoch }: RecordingOwner) {
    return this.#answer(() => {
      if (epoch !== this.epoch) return false;
      this.finished++;
      return true;
    });
  }
}

/** A spool that outlives what uses it, as a machine's folder does. */
export class MemorySpool implements SegmentSpool {
  bytes = 0;
  readonly #files = new Map<string, { row: SegmentEntry; bytes: Uint8Array }>();
  readonly #inits = new Map<string, { rendition: string; hash: string; bytes: Uint8Array }>();

  constructor(private readonly bytesMax: number) {}

  async adopt() {}

  async videos() {
    return [...new Set([...this.#files.keys()].map((at) => at.split(" ")[0]!))];
  }

  async keepInit(videoId: string, init: { rendition: string; hash: string; bytes: Uint8Array }) {
    this.#inits.set(`${videoId} ${init.rendition} ${init.hash}`, init);
    return true;
  }

  async keep(videoId: string, row: SegmentEntry, chunks: readonly Uint8Array[]) {
    const bytes = Buffer.concat(chunks);
    if (this.bytes + bytes.length > this.bytesMax) return null;
    const file = `${row.rendition}.${row.number}-${row.epoch}.seg`;
    await this.drop(videoId, file);
    this.#files.set(`${videoId} ${file}`, { row, bytes });
    this.bytes += bytes.length;
    return file;
  }

  async segments(videoId: string) {
    const mine = [...this.#files].filter(([at]) => at.startsWith(`${videoId} `));
    return mine.map(([at, { row }]) => ({ file: at.split(" ")[1]!, row })).sort((a, b) => a.row.number - b.row.number);
  }

  async inits(videoId: string) {
    return [...this.#inits].filter(([at]) => at.startsWith(`${videoId} `)).map(([, init]) => init);
  }

  async read(videoId: string, file: string) {
    const known = this.#files.get(`${videoId} ${file}`);
    if (!known) throw new Error("no such file");
    return known.bytes;
  }

  async drop(videoId: string, file: string) {
    const at = `${videoId} ${file}`;
    this.bytes -= this.#files.get(at)?.bytes.length ?? 0;
    this.#files.delete(at);
  }

  async forget(videoId: string) {
    for (const { file } of await this.segments(videoId)) await this.drop(videoId, file);
    for (const at of [...this.#inits.keys()]) if (at.startsWith(`${videoId} `)) this.#inits.delete(at);
  }
}

const PIXEL = { codecs: ["avc1.42c01e"], width: 320, height: 180, fps: 30, bandwidth: 100_000 };

export class ToldPackager implements RecordedPackager {
  readonly targetDurationMs = 2_000;
  readonly segments: MadeSegment[] = [];

  constructor(readonly startNumber = 0) {}

  variant() {
    return PIXEL;
  }

  made(after: (rendition: string) => number) {
    return this.segments.filter(({ rendition, number }) => number > after(rendition));
  }

  /** Makes the next segment of a rendition. `bytes` null: a gap. */
  make(rendition: string, number: number, bytes: number | null = 1_000) {
    const init = { hash: "abc", bytes: Uint8Array.of(1, 2, 3) };
    const chunks = bytes === null ? [] : [new Uint8Array(bytes).fill(number), Uint8Array.of(this.startNumber)];
    const media = bytes === null ? null : { init, chunks, bytes: bytes + 1 };
    const atMs = 1_000_000 + number * 2_000;
    this.segments.push({ rendition, number, atMs, durationMs: 2_000, discontinuity: false, keyed: true, media });
  }
}
