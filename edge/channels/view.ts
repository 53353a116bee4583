// Database rows → the API's answers.

import type { BroadcastView } from "#schema/api/broadcasts.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { BroadcastRow } from "#schema/queries/channels/broadcasts.ts";
import type { ChannelRow } from "#schema/queries/channels/channels.ts";

/** Columns of the channel, except those of its broadcast and its suspension, are shown unchanged. */
export function channelView(row: ChannelRow, viewers: number): ChannelView {
  const { broadcastId, phase, startedAt, suspended, suspensionReason, suspendedUntil, userId: _, ...channel } = row;
  const live =
    broadcastId && phase && startedAt
      ? {
          phase,
          broadcastId,
          startedAt: startedAt.toISOString(),
          viewers,
          hlsUrl: `/live/${channel.login}/index.m3u8`,
          whepUrl: null,
          thumbnailUrl: null,
        }
      : null;
  const suspension = { reason: suspensionReason ?? "", until: suspendedUntil?.toISOString() ?? null };
  return suspended ? { ...channel, live, suspension } : { ...channel, live };
}

export const broadcastView = ({ startedAt, endedAt, ...row }: BroadcastRow): BroadcastView => ({
  ...row,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});
