// The newest thumbnails of one broadcast, in memory.

import type { Clock } from "#runtime/base/clock.ts";
import type { ThumbnailWidth } from "#schema/wire/media.ts";

/** An older picture says nothing of what is shown now. Longer than a lost encoder is waited for by default. */
const KEPT_MS = 120_000;

/** One picture as JPEG (ISO/IEC 10918-1), by the most that it is wide. */
export type Picture = ReadonlyMap<ThumbnailWidth, Uint8Array>;

export class Thumbnails {
  #newest: { picture: Picture; atMs: number } | null = null;

  constructor(private readonly clock: Pick<Clock, "monoMs">) {}

  keep(picture: Picture) {
    this.#newest = { picture, atMs: this.clock.monoMs() };
  }

  /** Null: there is none of the last two minutes. */
  get(width: ThumbnailWidth): Uint8Array | null {
    if (!this.#newest || this.clock.monoMs() - this.#newest.atMs > KEPT_MS) return null;
    return this.#newest.picture.get(width) ?? null;
  }
}
