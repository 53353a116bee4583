// The channel of each session that this edge accepted: the session's end needs no look-up by a key that may have been changed since.

import { LruMap } from "#runtime/base/lru.ts";

const SESSIONS_MAX = 10_000;

/** Channel ids by `sessionKey`. */
export type SessionChannels = LruMap<string, string>;

export const createSessionChannels = (): SessionChannels => new LruMap(SESSIONS_MAX);
