// A channel's state as others see it: edges in the status, people in the list of broadcasts.

import type { Phase } from "#schema/api/broadcasts.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { isLongOver } from "./absence.ts";
import { broadcastOf, isOnAir, isReady, type State } from "./state.ts";

/** The public phase: after a reconnect within the grace the phase stays `lost` until the first picture. */
export function shownPhase(state: State): Phase {
  const doubt = isOnAir(state) ? state.absence?.shown : undefined;
  if (doubt === "offline") return "offline";
  if (doubt === "lost" && isOnAir(state) && state.broadcast.liveAtMs !== null) return "lost";
  return state.phase === "starting" && state.broadcast.liveAtMs !== null ? "lost" : state.phase;
}

/** Origin where viewers read: this owner's, or the last owner's for a moment after a hand-over. */
export function originOf(state: State, own: string): string | null {
  const broadcast = broadcastOf(state);
  if (isLongOver(state)) return null;
  if (!broadcast || (broadcast.liveAtMs === null && !isPreviewed(state))) return null;
  return (state.phase !== "offline" && broadcast.handedOver?.origin) || own;
}

/** The part of the status that follows from the state. */
export function statusOf(state: State): Pick<ChannelStatus, "phase" | "broadcastId" | "startedAt" | "ended"> {
  const broadcast = broadcastOf(state);
  if (isLongOver(state)) return { phase: "offline", broadcastId: null, startedAt: null, ended: false };
  if (state.phase === "preview") {
    const { id } = state.broadcast;
    return { phase: "preview", broadcastId: isPreviewed(state) ? id : null, startedAt: null, ended: false };
  }
  if (!broadcast || broadcast.liveAtMs === null)
    return { phase: isOnAir(state) ? "starting" : "offline", broadcastId: null, startedAt: null, ended: false };
  return {
    phase: shownPhase(state),
    broadcastId: broadcast.id,
    startedAt: new Date(broadcast.liveAtMs).toISOString(),
    ended: state.phase === "offline",
  };
}

/** The preview can be watched. */
const isPreviewed = (state: State) => state.phase === "preview" && isReady(state);
