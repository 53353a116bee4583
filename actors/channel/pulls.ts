// Our own pulls at nginx: the token that each pull shows, and nginx' client id of it, which is needed to drop that pull alone.

import { LruMap } from "#runtime/base/lru.ts";
import type { Pull } from "./rules/state.ts";

/** Each attempt pulls once; entries of ended attempts are never read again. */
const KEPT = 10_000;

/** nginx' clientid by pull token. One for all channels of a node. */
export type Pulls = LruMap<string, string>;

export const createPulls = (): Pulls => new LruMap(KEPT);

/** The token that a pull shows at nginx' on_play hook. It names the attempt, so that the pull can be dropped alone. */
export const pullTokenOf = ({ session, attempt }: Pick<Pull, "session" | "attempt">) =>
  `${session.pullToken}.${attempt}`;
