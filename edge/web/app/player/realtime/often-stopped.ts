// Whether a picture stops often, of a count that only rises.

const OFTEN = 2;
const OFTEN_WITHIN_MS = 30_000;

export class OftenStopped {
  private count: number | null = null;
  private atMs: number[] = [];

  /** `count`: stops so far. Call it a few times a second. */
  look(count: number, nowMs: number): boolean {
    for (let n = this.count ?? count; n < count; n++) this.atMs = [...this.atMs.slice(1 - OFTEN), nowMs];
    this.count = count;
    return this.atMs.filter((ms) => nowMs - ms < OFTEN_WITHIN_MS).length >= OFTEN;
  }
}
