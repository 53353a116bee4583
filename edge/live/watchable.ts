// Whether viewers may watch a channel, by its status.

import { Refusal } from "#runtime/actor/actor.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";

const WATCHABLE = new Set<ChannelStatus["phase"]>(["preview", "live", "lost"]);

/** True for a broadcast that is live, lost within its grace, or just ended, and for a preview, which few may watch. `starting` is off air. */
export const isWatchable = (status: ChannelStatus) =>
  status.broadcastId !== null && (status.ended || WATCHABLE.has(status.phase));

/** Throws Refusal `offline` unless this broadcast is the channel's present one and can be watched. */
export function requireWatchable(status: ChannelStatus, broadcastId: string) {
  if (!isWatchable(status) || status.broadcastId !== broadcastId) throw new Refusal("offline");
}
