// Whether viewers may watch a channel, by its status.

import { Refusal } from "#runtime/actor/actor.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";

/** True for a broadcast that is live, lost within its grace, or just ended. `starting` is off air for viewers. */
export const isWatchable = (status: ChannelStatus) =>
  status.broadcastId !== null && (status.ended || status.phase === "live" || status.phase === "lost");

/** Throws Refusal `offline` unless this broadcast is the channel's present one and can be watched. */
export function requireWatchable(status: ChannelStatus, broadcastId: string) {
  if (!isWatchable(status) || status.broadcastId !== broadcastId) throw new Refusal("offline");
}
