// Makes each flow usable once, over all edges.

import { createHash } from "node:crypto";
import { LruMap } from "#runtime/base/lru.ts";
import { keys } from "#schema/redis/keys.ts";
import type { Counts } from "../../gateway/limits/counts.ts";
import { FLOW_MS } from "./flow.ts";

/** KEYS[1] state; ARGV[1] ms to keep it. Returns the number of uses. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return count
`;
const STATES_MAX = 10_000;

export interface SingleUse {
  /** True for the first use. While Redis is away only this edge knows; the provider still accepts a code only once. */
  first(state: string): Promise<boolean>;
}

export function createSingleUse({ counts }: { counts: Counts }): SingleUse {
  const seen = new LruMap<string, true>(STATES_MAX);
  return {
    async first(state) {
      const hash = createHash("sha256").update(state).digest("base64url");
      const isFirstHere = seen.get(hash) === undefined;
      seen.set(hash, true);
      const count = await counts.ask((redis) => redis.eval(COUNT, 1, keys.oauthState(hash), FLOW_MS));
      return isFirstHere && (count === null || count === 1);
    },
  };
}
