// How many different people watched a broadcast: the sketches that edges report are joined over its whole time. What is known is kept in Redis
// for the next owner; where Redis is away, the highest count stays.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { RedisClient } from "#runtime/base/redis.ts";
import type { UniqueViewersCount } from "#schema/queries/channels/broadcast-writes.ts";
import { keys } from "#schema/redis/keys.ts";
import { ViewerUnion } from "#schema/wire/viewers.ts";

const WRITE_MS = 15_000;
/** A broadcast of which nothing was heard for this time is forgotten here. */
const FORGET_MS = 10 * 60_000;
const KEPT_S = 48 * 3_600;

interface UniqueViewersOptions {
  clock: Clock;
  log: Log;
  redis: RedisClient;
  /** Keeps the highest count, if the epoch still owns the channel. */
  write(count: UniqueViewersCount): Promise<void>;
}

/** What is watched, and under which ownership this is heard. */
export type WatchedBroadcast = Omit<UniqueViewersCount, "viewers">;

interface Counted {
  watched: WatchedBroadcast;
  union: ViewerUnion;
  isNew: boolean;
  heardMs: number;
}

export class UniqueViewers {
  readonly #broadcasts = new Map<string, Counted>();
  readonly #stop: () => void;

  constructor(private readonly options: UniqueViewersOptions) {
    this.#stop = every(options.clock, WRITE_MS, () => this.#writeAll());
  }

  /** An edge has reported these viewers. */
  seen(watched: WatchedBroadcast, sketch: string) {
    const { broadcastId } = watched;
    const known = this.#broadcasts.get(broadcastId);
    const counted = known ?? { watched, union: new ViewerUnion(), isNew: false, heardMs: 0 };
    this.#broadcasts.set(broadcastId, counted);
    counted.watched = watched;
    counted.heardMs = this.options.clock.monoMs();
    if (counted.union.add(sketch)) counted.isNew = true;
  }

  stop() {
    this.#stop();
  }

  async #writeAll() {
    const nowMs = this.options.clock.monoMs();
    for (const [broadcastId, counted] of this.#broadcasts) {
      if (counted.isNew) await this.#write(counted);
      else if (nowMs - counted.heardMs > FORGET_MS) this.#broadcasts.delete(broadcastId);
    }
  }

  async #write(counted: Counted) {
    const { redis, write, log } = this.options;
    const { union, watched } = counted;
    const { broadcastId } = watched;
    counted.isNew = false;
    try {
      const key = keys.uniqueViewers(broadcastId);
      const all = union.keys;
      await redis.zadd(key, ...all.flatMap((one) => [one, String(one)]));
      await redis.zremrangebyrank(key, union.keysMax, -1);
      await redis.expire(key, KEPT_S);
      union.addKeys((await redis.zrange(key, 0, "-1")).map(Number));
    } catch (error) {
      log.debug({ broadcast: broadcastId, reason: reason(error) }, "unique viewers are not shared");
    }
    await write({ ...watched, viewers: union.count }).catch((error: unknown) => {
      counted.isNew = true;
      log.warn({ broadcast: broadcastId, reason: reason(error) }, "unique viewers are written later");
    });
  }
}
