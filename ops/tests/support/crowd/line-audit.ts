// What the sockets of one room and one process received: each frame is read once, however many sockets get it, and each socket's order is checked.

import type { MeasuredWindow } from "./latencies.ts";
import { readLineBody, type SaidLine } from "./line-body.ts";

/** Frames that are remembered. All sockets get the same ones at about the same time. */
const FRAMES_MAX = 2_048;

interface Entry {
  seq: number;
  kind: string;
  id?: string;
  body?: string;
}

/** What a frame of entries holds. */
interface FrameFacts {
  /** 0: no entries. */
  firstSeq: number;
  lastSeq: number;
  /** Each `seq` follows the one before. */
  isUnbroken: boolean;
  /** When its lines were said. */
  sentMs: Float64Array;
}

export interface AuditCounts {
  /** Entries received over all sockets. */
  received: number;
  /** A socket got a later entry before an earlier one, or not at all. */
  lost: number;
  /** A socket got an entry again. */
  doubled: number;
  /** Other words at a known `seq`, the same line at two, or the lines of one speaker in another order. */
  mixedUp: number;
}

export class LineAudit {
  /** By the hash of their bytes. */
  readonly #frames = new Map<number | bigint, FrameFacts>();
  readonly #idBySeq = new Map<number, string>();
  readonly #lines = new Map<number, SaidLine>();
  #received = 0;
  #lost = 0;
  #doubled = 0;
  #differing = 0;

  constructor(private readonly window: MeasuredWindow) {}

  /** A frame of entries at a socket that has all up to `headSeq` (null: any is the first). Returns the new head. */
  took(payload: Buffer, headSeq: number | null, atMs: number): number | null {
    const { firstSeq, lastSeq, isUnbroken, sentMs } = this.#read(payload);
    if (firstSeq === 0) return headSeq;
    this.#received += lastSeq - firstSeq + 1;
    if (!isUnbroken) this.#lost++;
    if (headSeq !== null && firstSeq > headSeq + 1) this.#lost += firstSeq - headSeq - 1;
    if (headSeq !== null && firstSeq <= headSeq) this.#doubled += Math.min(headSeq, lastSeq) - firstSeq + 1;
    for (const ms of sentMs) this.window.note(ms, atMs);
    return Math.max(headSeq ?? 0, lastSeq);
  }

  /** A socket that has all up to `headSeq`, where the room has all up to `lastSeq`. */
  ended(headSeq: number, lastSeq: number) {
    this.#lost += Math.max(0, lastSeq - headSeq);
  }

  get counts(): AuditCounts {
    return {
      received: this.#received,
      lost: this.#lost,
      doubled: this.#doubled,
      mixedUp: this.#differing + this.#outOfOrder(),
    };
  }

  #read(payload: Buffer): FrameFacts {
    const key = Bun.hash(payload);
    const known = this.#frames.get(key);
    if (known) return known;
    const { entries } = JSON.parse(payload.toString()) as { entries: Entry[] };
    const facts = this.#facts(entries);
    this.#frames.set(key, facts);
    if (this.#frames.size > FRAMES_MAX) this.#frames.delete(this.#frames.keys().next().value!);
    return facts;
  }

  #facts(entries: readonly Entry[]): FrameFacts {
    const sentMs: number[] = [];
    for (const { seq, id = "", body = "" } of entries) {
      const known = this.#idBySeq.get(seq);
      if (known !== undefined && known !== id) this.#differing++;
      this.#idBySeq.set(seq, id);
      const line = readLineBody(body);
      if (!line) continue;
      sentMs.push(line.sentMs);
      this.#lines.set(seq, line);
    }
    const firstSeq = entries[0]?.seq ?? 0;
    return {
      firstSeq,
      lastSeq: entries.at(-1)?.seq ?? 0,
      isUnbroken: entries.every(({ seq }, index) => seq === firstSeq + index),
      sentMs: Float64Array.from(sentMs),
    };
  }

  /** Lines that stand at two places, or before an earlier one of the same speaker. */
  #outOfOrder(): number {
    const lastOf = new Map<number, number>();
    let count = 0;
    for (const [, { speaker, number }] of [...this.#lines].sort(([a], [b]) => a - b)) {
      if (number <= (lastOf.get(speaker) ?? 0)) count++;
      lastOf.set(speaker, Math.max(number, lastOf.get(speaker) ?? 0));
    }
    return count;
  }
}
