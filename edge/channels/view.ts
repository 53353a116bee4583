// Database rows → the API's answers.

import type { EdgeConfig } from "#runtime/config/edge.ts";
import type { BroadcastView } from "#schema/api/broadcasts.ts";
import { type ChannelView, channelAnswer, type LiveView } from "#schema/api/channels.ts";
import type { BroadcastRow } from "#schema/queries/channels/broadcasts.ts";
import type { ChannelRow } from "#schema/queries/channels/channels.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { isOpen } from "../playback/rights.ts";

/** Columns that are shown unchanged. A row may have others, such as its place in a list. */
type Shown = Exclude<keyof ChannelView, "live" | "suspension">;
const SHOWN = Object.keys(channelAnswer.properties).filter(
  (name) => name !== "live" && name !== "suspension",
) as Shown[];

export interface ChannelViews {
  channel(row: ChannelRow, viewers: number): ChannelView;
  /** Null unless the channel has a preview. */
  preview(status: ChannelStatus | null, login: string): LiveView | null;
}

interface KnownLive extends Pick<LiveView, "phase" | "broadcastId" | "startedAt" | "viewers" | "thumbnailUrl"> {
  canRewind: boolean;
}

export function createChannelViews({ webRtc }: Pick<EdgeConfig, "webRtc">): ChannelViews {
  const hasWhep = webRtc.relayUrls.length > 0;

  return {
    channel(row, viewers) {
      const { login, broadcastId, phase, startedAt, canRewind, suspended, suspensionReason, suspendedUntil } = row;
      const channel = Object.fromEntries(SHOWN.map((name) => [name, row[name]])) as Pick<ChannelRow, Shown>;
      const thumbnailUrl = isOpen(row) ? `/live/${login}/thumbnail.jpg` : null;
      const live =
        broadcastId && phase && startedAt
          ? liveView(login, {
              ...{ phase, broadcastId, startedAt: startedAt.toISOString(), viewers, canRewind, thumbnailUrl },
            })
          : null;
      const suspension = { reason: suspensionReason ?? "", until: suspendedUntil?.toISOString() ?? null };
      return suspended ? { ...channel, live, suspension } : { ...channel, live };
    },
    preview(status, login) {
      if (status?.phase !== "preview" || !status.broadcastId) return null;
      const { broadcastId, viewers } = status;
      // Not on air yet: the time is that of the publish, which the id carries (RFC 9562 §5.7).
      const publishedAtMs = Number.parseInt(broadcastId.replaceAll("-", "").slice(0, 12), 16);
      const startedAt = status.startedAt ?? new Date(publishedAtMs).toISOString();
      return liveView(login, {
        ...{ phase: "preview", broadcastId, startedAt, viewers, canRewind: false, thumbnailUrl: null },
      });
    },
  };

  function liveView(login: string, { canRewind, ...known }: KnownLive): LiveView {
    const hlsUrl = `/live/${login}/index.m3u8`;
    const whepUrl = hasWhep ? `/live/${login}/whep` : null;
    return { ...known, hlsUrl, dvrUrl: canRewind ? `${hlsUrl}?dvr=1` : null, whepUrl };
  }
}

export const broadcastView = ({ startedAt, endedAt, ...row }: BroadcastRow): BroadcastView => ({
  ...row,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});
