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
  /** On its way into the spool. */
  #moving: Entry | null = null;

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

  /** Removes and returns the oldest ones, up to one that is on its way into the spool. */
  take(count: number): Entry[] {
    const busy = this.#moving ? this.#entries.indexOf(this.#moving) : -1;
    const taken = this.#entries.splice(0, busy < 0 ? count : Math.min(count, busy));
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
    // Others may be put before and behind them meanwhile.
    for (const entry of [...this.#entries]) {
      if (this.#bytes <= bytesLeft) return;
      if (entry.body?.in !== "memory" || !this.#entries.includes(entry)) continue;
      const { rendition, media } = entry.row;
      this.#moving = entry;
      if (media) await keepInit(rendition, media.initHash);
      const file = await spool.keep(videoId, entry.row, entry.body.chunks);
      this.#moving = null;
      this.#bytes -= bytesInMemory(entry);
      if (file !== null) entry.body = { in: "spool", file };
      else this.#entries[this.#entries.indexOf(entry)] = onFull(entry);
    }
  }
}
