// Init segments, segments and parts: from the cache, assembled from parts that passed through, or from the origin.

import { Refusal } from "#runtime/actor/actor.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { Broadcast } from "./broadcast.ts";
import type { MediaCache } from "./cache.ts";
import type { SegmentAddress } from "./live-url.ts";
import { noAnswer, type OriginReader } from "./origin-reader.ts";
import { isWatchable } from "./watchable.ts";

interface SegmentsOptions {
  cache: MediaCache;
  reader: OriginReader;
}

export class Segments {
  constructor(private readonly options: SegmentsOptions) {}

  cached(broadcast: Broadcast, { path }: SegmentAddress): Uint8Array<ArrayBuffer> | undefined {
    return this.options.cache.get(broadcast.cacheKey(path));
  }

  /** Waits for a hinted part, and for an owner. Throws Refusal: `not_found`, `offline`, `unavailable`, `busy`. */
  async get(
    broadcast: Broadcast,
    address: SegmentAddress,
    signal: AbortSignal | null,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return (
      this.cached(broadcast, address) ??
      broadcast.tasksFor(address).join(address.path, signal, (ended) => this.#read(broadcast, address, ended))
    );
  }

  async #read(broadcast: Broadcast, address: SegmentAddress, ended: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { cache, reader } = this.options;
    for await (const { status, origin } of reader.attempts(broadcast, ended)) {
      const known = this.cached(broadcast, address) ?? assembled(broadcast, address);
      if (known) return known;
      if (!isWatchable(status)) throw new Refusal("offline");
      if (!origin) continue;
      const answer = await origin.ask(address.path);
      if (answer.kind === "found") {
        cache.put(broadcast.cacheKey(address.path), address.kind, answer.bytes);
        return answer.bytes;
      }
      if (answer.kind === "bad") throw new Refusal("not_found");
      if (answer.kind === "absent") {
        if (isGone(broadcast, address, status)) throw new Refusal("not_found");
        // An origin that has the broadcast's index would have the segment. One that was just started has neither yet.
        if ((await origin.ask("index.m3u8")).kind === "found") throw new Refusal("not_found");
      }
      origin.doubt();
    }
    // A hinted part of an owner that died never comes into being.
    if (address.kind === "part") throw new Refusal("not_found");
    throw noAnswer();
  }
}

function assembled(broadcast: Broadcast, address: SegmentAddress): Uint8Array<ArrayBuffer> | null {
  if (address.kind !== "segment") return null;
  const segments = broadcast.renditions.get(address.rendition)?.latest.playlist.segments;
  const segment = segments?.find(({ number }) => number === address.number);
  return segment ? broadcast.assemble(segment) : null;
}

/** True when waiting is useless: the owner was replaced, the broadcast is over, or its origin, which has served a playlist, never held the
 *  bytes. */
function isGone(broadcast: Broadcast, address: SegmentAddress, status: ChannelStatus): boolean {
  if (status.broadcastId !== broadcast.id || status.ended) return true;
  const latest = broadcast.renditions.get(address.rendition)?.latest;
  if (latest?.epoch !== status.epoch) return address.kind === "part" && address.epoch < status.epoch;
  if (address.kind !== "segment") return true;
  const listed = latest.playlist.segments.find(({ number }) => number === address.number);
  return !listed || listed.gap;
}
