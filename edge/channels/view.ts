// Rows of the database → what visitors see.

import type { BroadcastView, ChannelView } from "#schema/api/channels.ts";
import type { BroadcastRow } from "#schema/queries/channels/broadcasts.ts";
import type { ChannelRow } from "#schema/queries/channels/channels.ts";

export function channelView(row: ChannelRow, viewers: number): ChannelView {
  const { id, login, displayName, title, category, tags, language, mature, broadcastId, phase, startedAt } = row;
  const live =
    broadcastId && phase && startedAt
      ? {
          phase,
          broadcastId,
          startedAt: startedAt.toISOString(),
          viewers,
          hlsUrl: `/live/${login}/index.m3u8`,
          whepUrl: null,
          thumbnailUrl: null,
        }
      : null;
  const { followers, suspended, suspensionReason, suspendedUntil } = row;
  const suspension = { reason: suspensionReason ?? "", until: suspendedUntil?.toISOString() ?? null };
  const said = { id, login, displayName, title, category, tags, language, mature, followers, live };
  return suspended ? { ...said, suspension } : said;
}

export const broadcastView = ({ startedAt, endedAt, ...row }: BroadcastRow): BroadcastView => ({
  ...row,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});
