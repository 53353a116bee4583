// Keeps closed segments of watched renditions in this edge's cache, so that they survive their owner.

import type { Clock } from "#runtime/base/clock.ts";
import type { Broadcast, RenditionMemory } from "./broadcast.ts";
import type { MediaCache } from "./cache.ts";
import type { SegmentAddress } from "./live-url.ts";
import { keptSegments } from "./metrics.ts";
import type { ListedSegment } from "./playlist.ts";
import type { Segments } from "./segments.ts";

/** When a segment closes, its last part is usually still on its way to a viewer. After this time the segment can be assembled from its parts,
 *  without a request. */
const KEEP_AFTER_MS = 700;
const CONCURRENT_MAX = 4;
/** Segments that wait to be fetched; over it new ones are not kept. */
const QUEUE_MAX = 512;

interface SegmentKeeperOptions {
  clock: Clock;
  cache: MediaCache;
  segments: Segments;
  /** Aborted when the edge goes away. */
  closing: AbortSignal;
}

export class SegmentKeeper {
  readonly #queue: { broadcast: Broadcast; address: SegmentAddress }[] = [];
  readonly #timers = new Set<() => void>();
  #running = 0;

  constructor(private readonly options: SegmentKeeperOptions) {}

  /** The rendition has a new version. */
  keepSoon(broadcast: Broadcast, rendition: RenditionMemory) {
    if (rendition.isKeeping || this.options.closing.aborted) return;
    rendition.isKeeping = true;
    const cancel = this.options.clock.timer(KEEP_AFTER_MS, () => {
      this.#timers.delete(cancel);
      rendition.isKeeping = false;
      this.#keep(broadcast, rendition);
    });
    this.#timers.add(cancel);
  }

  #keep(broadcast: Broadcast, rendition: RenditionMemory) {
    const { segments } = rendition.latest.playlist;
    const isMissing = (segment: ListedSegment) =>
      segment.number > rendition.keptThrough &&
      !segment.gap &&
      !this.options.cache.has(broadcast.cacheKey(segment.uri));
    for (const segment of segments.toReversed()) {
      if (!isMissing(segment)) continue;
      const { uri: path, number } = segment;
      if (broadcast.assemble(segment)) keptSegments.inc({ how: "parts" });
      else if (this.#queue.length < QUEUE_MAX)
        this.#queue.push({
          broadcast,
          address: { kind: "segment", path, number, rendition: rendition.name, broadcastId: broadcast.id },
        });
    }
    rendition.keptThrough = Math.max(rendition.keptThrough, segments.at(-1)?.number ?? -1);
    this.#fetchNext();
  }

  #fetchNext() {
    while (this.#running < CONCURRENT_MAX && !this.options.closing.aborted) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#running++;
      this.options.segments
        .get(next.broadcast, next.address, null)
        .then(
          () => keptSegments.inc({ how: "origin" }),
          () => keptSegments.inc({ how: "lost" }), // A successor's origin lists it as a gap.
        )
        .finally(() => {
          this.#running--;
          this.#fetchNext();
        });
    }
  }

  stop() {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#queue.length = 0;
  }
}
