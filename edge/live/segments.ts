// Inits, segments and parts: from the cache, from parts that passed through, from the origin; and closed segments kept for later.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Broadcast, RenditionMemory } from "./broadcast.ts";
import type { MediaCache } from "./cache.ts";
import { hold } from "./hold.ts";
import type { MediaAddress } from "./live-url.ts";
import { keptSegments, originRequests } from "./metrics.ts";
import { isWatchable } from "./origin-of.ts";
import type { ListedSegment } from "./playlist.ts";
import { askOrigin } from "./upstream.ts";

export type PieceAddress = Extract<MediaAddress, { path: string }>;

/** After a segment closed, its last part is usually still on its way to somebody: then no request is needed to keep it. */
const KEEP_AFTER_MS = 700;
const KEEPING_AT_ONCE_MAX = 4;
/** Segments that wait to be kept; over it new ones are not kept. */
const TO_KEEP_MAX = 512;

interface PiecesOptions {
  clock: Clock;
  watches: ChannelWatches;
  cache: MediaCache;
  holdMs: number;
  closing: AbortSignal;
}

export class Pieces {
  readonly #toKeep: { broadcast: Broadcast; address: PieceAddress }[] = [];
  readonly #timers = new Set<() => void>();
  #keepingCount = 0;

  constructor(private readonly options: PiecesOptions) {}

  /** Without waiting. */
  cached(broadcast: Broadcast, { path }: PieceAddress): Uint8Array<ArrayBuffer> | undefined {
    return this.options.cache.get(broadcast.cacheKey(path));
  }

  /** Waits for what is hinted and for an owner. Throws Refusal: `not_found`, `offline`, `unavailable`, `busy`. */
  async get(broadcast: Broadcast, address: PieceAddress, signal: AbortSignal | null): Promise<Uint8Array<ArrayBuffer>> {
    return (
      this.cached(broadcast, address) ??
      broadcast.mediaTasks.join(address.path, signal, (ended) => this.#fetch(broadcast, address, ended))
    );
  }

  async #fetch(broadcast: Broadcast, address: PieceAddress, ended: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { clock, watches, cache, holdMs, closing } = this.options;
    const { channelId } = broadcast;
    const bytes = await hold<Uint8Array<ArrayBuffer>>({
      clock,
      watches,
      channelId,
      holdMs,
      signals: [ended, closing],
      attempt: async (status, signal) => {
        const known = cache.get(broadcast.cacheKey(address.path)) ?? this.#assembled(broadcast, address);
        if (known) return known;
        if (!isWatchable(status)) throw new Refusal("offline");
        if (status.origin === null) return "again";
        const base = `${status.origin}/media/${broadcast.id}/`;
        const answer = await this.#ask(base + address.path, signal);
        if (answer.kind === "found") {
          cache.put(broadcast.cacheKey(address.path), address.kind, answer.bytes);
          return answer.bytes;
        }
        if (answer.kind === "bad") throw new Refusal("not_found");
        if (answer.kind === "absent") {
          if (isGone(broadcast, address, status)) throw new Refusal("not_found");
          // An origin that has the broadcast knows what it speaks of; one that was just started has yet to get it.
          if ((await this.#ask(`${base}index.m3u8`, signal)).kind === "found") throw new Refusal("not_found");
        }
        if (!signal.aborted) watches.doubt(channelId);
        return "again";
      },
    });
    if (bytes) return bytes;
    // A hinted part of an owner that died never comes to be.
    if (address.kind === "part") throw new Refusal("not_found");
    throw new Refusal("unavailable", "the broadcast's origin does not answer", 1_000);
  }

  async #ask(url: string, signal: AbortSignal) {
    const answer = await askOrigin(url, signal);
    originRequests.inc({ outcome: answer.kind });
    return answer;
  }

  #assembled(broadcast: Broadcast, address: PieceAddress) {
    if (address.kind !== "segment") return null;
    const segments = broadcast.renditions.get(address.rendition)?.latest.playlist.segments;
    const segment = segments?.find(({ number }) => number === address.number);
    return segment ? broadcast.assemble(segment) : null;
  }

  /** Sees to it that closed segments of a rendition somebody watches are here when their owner dies. */
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
    const missing = (segment: ListedSegment) =>
      segment.number > rendition.keptThrough &&
      !segment.gap &&
      !this.options.cache.has(broadcast.cacheKey(segment.uri));
    for (const segment of segments.toReversed()) {
      if (!missing(segment)) continue;
      if (broadcast.assemble(segment)) keptSegments.inc({ how: "parts" });
      else if (this.#toKeep.length < TO_KEEP_MAX) {
        const { uri: path, number } = segment;
        const address = {
          kind: "segment" as const,
          path,
          number,
          rendition: rendition.name,
          broadcastId: broadcast.id,
        };
        this.#toKeep.push({ broadcast, address });
      }
    }
    rendition.keptThrough = Math.max(rendition.keptThrough, segments.at(-1)?.number ?? -1);
    this.#keepNext();
  }

  #keepNext() {
    while (this.#keepingCount < KEEPING_AT_ONCE_MAX && !this.options.closing.aborted) {
      const next = this.#toKeep.shift();
      if (!next) return;
      this.#keepingCount++;
      this.get(next.broadcast, next.address, null)
        .then(
          () => keptSegments.inc({ how: "origin" }),
          () => keptSegments.inc({ how: "lost" }), // Listed as a gap once a successor says so.
        )
        .finally(() => {
          this.#keepingCount--;
          this.#keepNext();
        });
    }
  }

  stop() {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#toKeep.length = 0;
  }
}

/** True when waiting cannot bring it: its owner was replaced, its broadcast is over, or the origin says it never held it. */
function isGone(broadcast: Broadcast, address: PieceAddress, status: ChannelStatus): boolean {
  if (status.broadcastId !== broadcast.id || status.ended) return true;
  if (address.kind === "part") return address.epoch < status.epoch;
  const latest = broadcast.renditions.get(address.rendition)?.latest;
  if (!latest || address.kind === "init") return false;
  const listed = latest.playlist.segments.find(({ number }) => number === address.number);
  return latest.epoch === status.epoch && (!listed || listed.gap);
}
