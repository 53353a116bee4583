// How much the publisher may send: up to the limit, less while packets queue on their way here or are lost.
//
//   delay grows, or much is lost ──► less than what comes now ──calm──► a little more each second, up to the limit

export const BITRATE_START = 2_500_000;
export const BITRATE_MIN = 150_000;
/** Packets this much later than the soonest of the last seconds queue somewhere. */
const QUEUE_MS = 150;
/** As share of a report's 256. */
const LOSS_MUCH = 26;
const LESS = 0.85;
const MORE_A_SECOND = 1.08;
/** Nothing is taken back before a change could show. */
const WAIT_MS = 1_000;
/** The soonest packet of the last 10 s. */
const WINDOW_MS = 1_000;
const WINDOWS = 10;

export class BitrateEstimate {
  #bps: number;
  #bytes = 0;
  #lookedMs: number | null = null;
  #loweredMs = Number.NEGATIVE_INFINITY;
  /** Least delay of each second, the newest last. */
  #least: { fromMs: number; delayMs: number }[] = [];
  /** Of this look. */
  #delays: number[] = [];

  /** `maxBps`: never beyond. */
  constructor(private readonly maxBps: number) {
    this.#bps = Math.min(maxBps, BITRATE_START);
  }

  get bitsPerSecond() {
    return Math.round(this.#bps);
  }

  /** A packet has come. `delayMs`: its arrival minus its media time; only differences mean something. */
  packet({ bytes, delayMs }: { bytes: number; delayMs: number }, nowMs: number) {
    this.#bytes += bytes;
    const last = this.#least.at(-1);
    if (!last || nowMs - last.fromMs >= WINDOW_MS) {
      this.#least.push({ fromMs: nowMs, delayMs });
      if (this.#least.length > WINDOWS) this.#least.shift();
    } else last.delayMs = Math.min(last.delayMs, delayMs);
    if (this.#delays.length < 1_000) this.#delays.push(delayMs);
  }

  /** Call it about each second. `fractionLost`: as in the report, of 256. */
  look(fractionLost: number, nowMs: number) {
    const passedMs = this.#lookedMs === null ? 0 : nowMs - this.#lookedMs;
    const comesBps = passedMs > 0 ? (this.#bytes * 8_000) / passedMs : 0;
    const isQueueing = this.#queuesMs() > QUEUE_MS;
    this.#lookedMs = nowMs;
    this.#bytes = 0;
    this.#delays = [];
    if (passedMs === 0 || comesBps === 0) return;
    if (isQueueing || fractionLost > LOSS_MUCH) {
      if (nowMs - this.#loweredMs >= WAIT_MS) this.#lower(comesBps, nowMs);
    } else if (comesBps > this.#bps / 2) {
      // Who sends little has no use for more, and shows nothing about the line.
      this.#bps = Math.min(this.maxBps, this.#bps * MORE_A_SECOND ** (passedMs / 1_000));
    }
  }

  /** Also late packets come in bursts: half of them must be late. */
  #queuesMs(): number {
    if (this.#delays.length === 0) return 0;
    const sorted = this.#delays.toSorted((a, b) => a - b);
    const middle = sorted[sorted.length >> 1]!;
    return middle - Math.min(...this.#least.map(({ delayMs }) => delayMs));
  }

  #lower(comesBps: number, nowMs: number) {
    this.#loweredMs = nowMs;
    this.#bps = Math.max(BITRATE_MIN, Math.min(this.#bps, comesBps) * LESS);
  }
}
