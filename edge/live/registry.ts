// The broadcasts that this edge remembers, by channel: a limited number, each until it is no longer requested.

import { Broadcast } from "./broadcast.ts";
import type { MediaCache } from "./cache.ts";
import type { WaitingRequests } from "./collapse.ts";

/** Over it the least recently used channel is forgotten. */
const CHANNELS_MAX = 2_000;
/** The present broadcast of a channel, and earlier ones that a viewer may still be finishing. */
const PER_CHANNEL_MAX = 3;
/** After this time without a request a broadcast is forgotten. */
const FORGET_MS = 120_000;

export class Broadcasts {
  // Channels in order of use.
  readonly #byChannel = new Map<string, Broadcast[]>();

  constructor(
    private readonly cache: MediaCache,
    private readonly waiting: WaitingRequests,
  ) {}

  /** Newest first. */
  of(channelId: string): readonly Broadcast[] {
    return this.#byChannel.get(channelId) ?? [];
  }

  /** Adds the broadcast if it is new. */
  use(channelId: string, broadcastId: string, nowMs: number): Broadcast {
    const known = this.of(channelId);
    const broadcast =
      known.find(({ id }) => id === broadcastId) ??
      new Broadcast(broadcastId, channelId, this.cache, this.waiting, nowMs);
    broadcast.usedMs = nowMs;
    this.#byChannel.delete(channelId);
    const others = known.filter((one) => one !== broadcast);
    this.#byChannel.set(channelId, [broadcast, ...others.slice(0, PER_CHANNEL_MAX - 1)]);
    for (const old of others.slice(PER_CHANNEL_MAX - 1)) old.forget();
    const [leastRecent] = this.#byChannel.keys();
    if (this.#byChannel.size > CHANNELS_MAX && leastRecent !== undefined) {
      for (const old of this.of(leastRecent)) old.forget();
      this.#byChannel.delete(leastRecent);
    }
    return broadcast;
  }

  sweep(nowMs: number) {
    for (const [channelId, known] of this.#byChannel) {
      const used = known.filter(({ usedMs }) => nowMs - usedMs < FORGET_MS);
      for (const broadcast of known) if (!used.includes(broadcast)) broadcast.forget();
      if (used.length === 0) this.#byChannel.delete(channelId);
      else if (used.length < known.length) this.#byChannel.set(channelId, used);
    }
  }
}
