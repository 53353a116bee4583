// Viewer counts for lists: the channels' owners write them to Redis. 0 while Redis is away, and for an expired count.

import { keys } from "#schema/redis/keys.ts";
import type { Counts } from "../gateway/limits/counts.ts";

/** In the order of the ids. */
export async function viewersOf(counts: Counts, channelIds: readonly string[]): Promise<number[]> {
  if (channelIds.length === 0) return [];
  const found = await counts.ask((redis) => redis.mget(channelIds.map(keys.viewers)));
  return channelIds.map((_, i) => {
    const count = Number(found?.[i] ?? 0);
    return Number.isInteger(count) && count > 0 ? count : 0;
  });
}
