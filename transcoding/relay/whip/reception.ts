// How one stream is received, as reports tell its sender (RFC 3550 §6.4.1, appendices A.3 and A.8): senders lower their bitrate by it.

import type { ReceptionBlock, SenderReport } from "./rtcp.ts";
import { Unrolled } from "./unrolled.ts";

const PER_MS = 65.536;
const JITTER_SHARE = 16;

export class Reception {
  readonly #numbers = new Unrolled(16);
  readonly #timestamps = new Unrolled(32);
  #first: number | null = null;
  #highest = 0;
  #received = 0;
  /** At the last report of ours. */
  #before = { expected: 0, received: 0 };
  #jitter = 0;
  #transit: number | null = null;
  #report: { middle: number; atMs: number } | null = null;

  constructor(
    readonly ssrc: number,
    private readonly ticksPerMs: number,
  ) {}

  /** Every packet that comes, also one that comes twice. */
  packet({ sequence, timestamp }: { sequence: number; timestamp: number }, nowMs: number) {
    const number = this.#numbers.take(sequence);
    this.#first ??= number;
    this.#highest = Math.max(this.#highest, number);
    this.#received++;
    const transit = nowMs * this.ticksPerMs - this.#timestamps.take(timestamp);
    const moved = this.#transit === null ? 0 : Math.abs(transit - this.#transit);
    this.#transit = transit;
    // A sender that counts from elsewhere says nothing about the network.
    if (moved < 10_000 * this.ticksPerMs) this.#jitter += (moved - this.#jitter) / JITTER_SHARE;
  }

  /** Its sender says what time it is. */
  reported({ ntpMiddle }: SenderReport, nowMs: number) {
    this.#report = { middle: ntpMiddle, atMs: nowMs };
  }

  /** Null: nothing has come. What is lost is counted anew from here. */
  block(nowMs: number): ReceptionBlock | null {
    if (this.#first === null) return null;
    const expected = this.#highest - this.#first + 1;
    const [more, came] = [expected - this.#before.expected, this.#received - this.#before.received];
    this.#before = { expected, received: this.#received };
    return {
      ssrc: this.ssrc,
      fractionLost: more > 0 && came < more ? Math.min(255, Math.floor(((more - came) * 256) / more)) : 0,
      lost: expected - this.#received,
      highest: this.#highest % 2 ** 32,
      jitter: Math.min(this.#jitter, 2 ** 31),
      lastReport: this.#report?.middle ?? 0,
      sinceLastReport: this.#report ? Math.round((nowMs - this.#report.atMs) * PER_MS) : 0,
    };
  }
}
