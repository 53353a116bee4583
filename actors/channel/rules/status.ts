// A channel's state as the outside is told it: edges by the status, people by the list of broadcasts.

import type { Phase } from "#schema/api/broadcasts.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { broadcastOf, isOnAir, type State } from "./state.ts";

/** What the outside sees: an encoder that comes back within the grace is `lost` until its first picture. */
export function shownPhase(state: State): Phase {
  return state.phase === "starting" && state.broadcast.liveAtMs !== null ? "lost" : state.phase;
}

/** Where viewers read: at this owner's origin, and for a moment after a hand-over still at the last one's. */
export function originOf(state: State, own: string): string | null {
  const broadcast = broadcastOf(state);
  if (!broadcast || broadcast.liveAtMs === null) return null;
  return (state.phase !== "offline" && broadcast.handedOver?.origin) || own;
}

/** The state as viewers' edges are told it. */
export function statusOf(state: State): Pick<ChannelStatus, "phase" | "broadcastId" | "startedAt" | "ended"> {
  const broadcast = broadcastOf(state);
  if (!broadcast || broadcast.liveAtMs === null)
    return { phase: isOnAir(state) ? "starting" : "offline", broadcastId: null, startedAt: null, ended: false };
  return {
    phase: shownPhase(state),
    broadcastId: broadcast.id,
    startedAt: new Date(broadcast.liveAtMs).toISOString(),
    ended: state.phase === "offline",
  };
}
