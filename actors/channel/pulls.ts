// Our own pulls at nginx: the token that each shows, and nginx' number of it, without which it cannot be dropped alone.

import { LruMap } from "#runtime/base/lru.ts";
import type { OnAir } from "./rules/state.ts";

/** Each FFmpeg of a node pulls once; those that are gone are not looked up any more. */
const KEPT = 10_000;

/** nginx' clientid by the token that was shown to it. One for all channels of a node. */
export type Pulls = LruMap<string, string>;

export const createPulls = (): Pulls => new LruMap(KEPT);

/** What a pull shows at nginx' on_play. It names the attempt, so that the pull can be dropped alone. */
export const pullTokenOf = ({ session, attempt }: OnAir) => `${session.pullToken}.${attempt}`;
