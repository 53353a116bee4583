// Thumbnails: from the cache for a moment, else from the origin. A change of owner shows the last one for a while.

import { Refusal } from "#runtime/actor/actor.ts";
import { mediaPath, type ThumbnailWidth } from "#schema/wire/media.ts";
import type { Broadcast } from "./broadcast.ts";
import type { MediaCache } from "./cache.ts";
import { noAnswer, type OriginReader } from "./origin-reader.ts";
import { isWatchable } from "./watchable.ts";

/** Short beside the 10 s between two pictures, so that the age that the cache adds is small. */
const FRESH_MS = 1_000;
/** The last one is shown up to this age while the origin has none or does not answer: a new owner makes its first one in seconds. */
const KEPT_MS = 15_000;

interface ThumbnailsOptions {
  cache: MediaCache;
  reader: OriginReader;
}

export class Thumbnails {
  constructor(private readonly options: ThumbnailsOptions) {}

  /** Throws Refusal: `not_found` while there is none; `offline`, `unavailable`, `busy`. */
  async get(broadcast: Broadcast, width: ThumbnailWidth, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const path = mediaPath.thumbnail(width);
    return (
      this.#kept(broadcast, path, FRESH_MS) ??
      broadcast.tasksFor("thumbnail").join(path, signal, (ended) => this.#read(broadcast, path, ended))
    );
  }

  #kept(broadcast: Broadcast, path: string, ageMaxMs: number): Uint8Array<ArrayBuffer> | undefined {
    const key = broadcast.cacheKey(path);
    const ageMs = this.options.cache.ageMs(key);
    return ageMs !== null && ageMs < ageMaxMs ? this.options.cache.get(key) : undefined;
  }

  async #read(broadcast: Broadcast, path: string, ended: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { cache, reader } = this.options;
    for await (const { status, origin } of reader.attempts(broadcast, ended)) {
      if (!isWatchable(status)) throw new Refusal("offline");
      const answer = await origin?.ask(path);
      if (answer?.kind === "found") {
        cache.replace(broadcast.cacheKey(path), "thumbnail", answer.bytes);
        return answer.bytes;
      }
      if (answer?.kind === "away") origin?.doubt();
      const kept = this.#kept(broadcast, path, KEPT_MS);
      if (kept) return kept;
      if (answer && answer.kind !== "away") throw new Refusal("not_found");
    }
    throw noAnswer();
  }
}
