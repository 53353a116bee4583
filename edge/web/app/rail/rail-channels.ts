// The channels in the rail: those that the user follows, live ones first, then what else is live on this site.

import type { ChannelView } from "#schema/api/channels.ts";

/** Followed channels off air shown at most, and channels of this site. Home, Following and Browse have the rest. */
const OFF_AIR_MAX = 12;
const OTHERS_MAX = 12;

export interface RailChannels {
  followed: ChannelView[];
  /** Of the followed channels. */
  liveCount: number;
  others: ChannelView[];
}

/** Live channels by their viewers; channels off air in the order given. */
export function railChannels(followed: readonly ChannelView[], live: readonly ChannelView[]): RailChannels {
  const known = new Set(followed.map(({ id }) => id));
  const followedLive = byViewers(followed.filter(isOnAir));
  return {
    followed: [...followedLive, ...followed.filter((channel) => !isOnAir(channel)).slice(0, OFF_AIR_MAX)],
    liveCount: followedLive.length,
    others: byViewers(live.filter((channel) => isOnAir(channel) && !known.has(channel.id))).slice(0, OTHERS_MAX),
  };
}

/** The newest of each channel in the place where it is shown. Null: one of them came or went, so that all get new places. */
export function inPlaces(shown: RailChannels, fresh: RailChannels): RailChannels | null {
  const isSame = (old: ChannelView[], now: ChannelView[]) =>
    old.length === now.length && old.every(({ id }) => now.some((one) => one.id === id));
  if (shown.liveCount !== fresh.liveCount) return null;
  if (!isSame(shown.followed, fresh.followed) || !isSame(shown.others, fresh.others)) return null;
  const newest = new Map([...fresh.followed, ...fresh.others].map((channel) => [channel.id, channel]));
  const updated = (channels: ChannelView[]) => channels.map((channel) => newest.get(channel.id) ?? channel);
  return { followed: updated(shown.followed), liveCount: fresh.liveCount, others: updated(shown.others) };
}

/** A preview is for its owner alone. */
export const isOnAir = ({ live }: Pick<ChannelView, "live">) => live !== null && live.phase !== "preview";

const byViewers = (channels: ChannelView[]) =>
  channels.sort((a, b) => (b.live?.viewers ?? 0) - (a.live?.viewers ?? 0) || a.login.localeCompare(b.login));
