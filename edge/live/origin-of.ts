// Where a broadcast's bytes are asked for, as the channel's status has it.

import { Refusal } from "#runtime/actor/actor.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";

/** True while there is something to watch: live, lost within its grace, or just ended. `starting` is off air to the outside. */
export const isWatchable = (status: ChannelStatus) =>
  status.broadcastId !== null && (status.ended || status.phase === "live" || status.phase === "lost");

/** `http://host:port/media/<broadcast>/`, or null while there is no owner that can be asked. Throws Refusal `offline` when it is over. */
export function originUrl(status: ChannelStatus, broadcastId: string): string | null {
  if (!isWatchable(status) || status.broadcastId !== broadcastId) throw new Refusal("offline");
  return status.origin === null ? null : `${status.origin}/media/${broadcastId}/`;
}
