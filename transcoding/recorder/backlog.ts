// The segments of one recording that are not stored yet, oldest first. Their bytes are bounded: in memory, then in the spool, and what has no
// room there is lost and becomes a gap.

import { Gauge } from "#runtime/base/metrics.ts";
import { bytesInMemory, type Entry } from "./entry.ts";
import type { SegmentSpool } from "./spool.ts";

/** Bytes of one recording in memory: 8 s at 16 Mbit/s. */
const MEMORY_BYTES_MAX = 16 * 1024 * 1024;
/** Entries of one recording, 40 hours of one rendition at 2 s. Above it the oldest gap is forgotten: the end of the recording marks it again. */
const ENTRIES_MAX = 72_000;

const waiting = new Gauge({ name: "recorder_waiting_segments", help: "Segments of recordings that wait to be stored" });

interface BacklogOptions {
  videoId: string;
  spool: SegmentSpool;
  memoryBytesMax?: number;
  /** Puts the init segment that these media need into the spool. */
  keepInit(rendition: string, hash: string): Promise<unknown>;
  /** Neither memory nor spool has room for these media. Returns what takes their place. */
  onFull(entry: Entry): Entry;
}

export class Backlog {
  #entries: Entry[] = [];
  #bytes = 0;
  #spilling: Promise<void> | null = null;

  constructor(private readonly options: BacklogOptions) {}

  get size() {
    return this.#entries.length;
  }

  add(entry: Entry) {
    this.#entries.push(entry);
    waiting.inc();
    this.#bytes += bytesInMemory(entry);
    if (this.#entries.length <= ENTRIES_MAX) return;
    const gap = this.#entries.findIndex(({ row }) => row.media === null);
    this.#entries.splice(Math.max(0, gap), 1);
    waiting.dec();
  }

  /** Removes and returns the oldest ones. Waits for what is on its way into the spool. */
  async take(count: number): Promise<Entry[]> {
    while (this.#spilling) await this.#spilling; // Another may have begun.
    const taken = this.#entries.splice(0, count);
    waiting.dec(taken.length);
    for (const entry of taken) this.#bytes -= bytesInMemory(entry);
    return taken;
  }

  /** What was taken and could not be stored, in its order. */
  putBack(entries: readonly Entry[]) {
    this.#entries.unshift(...entries);
    waiting.inc(entries.length);
    for (const entry of entries) this.#bytes += bytesInMemory(entry);
  }

  clear() {
    waiting.dec(this.#entries.length);
    this.#entries = [];
    this.#bytes = 0;
  }

  /** Brings the bytes in memory below the limit. */
  async bound() {
    await this.spill(this.options.memoryBytesMax ?? MEMORY_BYTES_MAX);
  }

  /** Moves the oldest bytes into the spool, until so many are left in memory. */
  async spill(bytesLeft: number) {
    while (this.#spilling) await this.#spilling;
    this.#spilling = this.#spill(bytesLeft).finally(() => {
      this.#spilling = null;
    });
    await this.#spilling;
  }

  async #spill(bytesLeft: number) {
    const { videoId, spool, keepInit, onFull } = this.options;
    for (let i = 0; this.#bytes > bytesLeft && i < this.#entries.length; i++) {
      const entry = this.#entries[i]!;
      if (entry.body?.in !== "memory") continue;
      const { rendition, media } = entry.row;
      if (media) await keepInit(rendition, media.initHash);
      const file = await spool.keep(videoId, entry.row, entry.body.chunks);
      // Entries are only added meanwhile, at the end.
      this.#bytes -= bytesInMemory(entry);
      if (file !== null) entry.body = { in: "spool", file };
      else this.#entries[i] = onFull(entry);
    }
  }
}
