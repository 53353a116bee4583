// How close to live a page plays: the modes that its address may ask for.

import { words } from "../words/player.ts";

/** By LL-HLS, by WebSocket, by WebRTC. */
export type LatencyMode = keyof typeof words.latencyModes;

/** How far behind the newest picture of the server a mode plays on a good network, in seconds. */
const GOAL_SECONDS: Record<LatencyMode, number> = { normal: 1.1, low: 0.6, realtime: 0.3 };
/** Farther behind than this many times the goal, a viewer is told, and offered to come back. */
const BEHIND_GOALS = 3;

/** At a higher latency hls.js jumps to live, unless the viewer went back on purpose. A page in view jumps earlier, by rate-controller.ts. */
export const LATENCY_SECONDS_MAX = 15;

/** `wantedSeconds`: the buffer that this viewer's network needs; null: not known. */
export const behindFromSeconds = (mode: LatencyMode, wantedSeconds: number | null): number =>
  BEHIND_GOALS * Math.max(GOAL_SECONDS[mode], wantedSeconds ?? 0);

/** The mode of `?latency=`, for this page. Null: the address asks for none, or for one that does not exist. */
export function wantedLatency(search: string): LatencyMode | null {
  const word = new URLSearchParams(search).get("latency");
  return isLatencyMode(word) ? word : null;
}

export const isLatencyMode = (word: unknown): word is LatencyMode =>
  typeof word === "string" && Object.hasOwn(words.latencyModes, word);
