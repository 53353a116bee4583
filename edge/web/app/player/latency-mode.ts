// How close to live a page plays: the modes that its address may ask for, and the one that plays.

/** By LL-HLS, by WebSocket, by WebRTC. */
const NAMES = { normal: "Normal", low: "Low", realtime: "Real time" } as const;

export type LatencyMode = keyof typeof NAMES;

/** The only one that this release plays. */
export const PLAYED: LatencyMode = "normal";

/** The mode of `?latency=`, for this page. Null: the address asks for none, or for one that does not exist. */
export function wantedLatency(search: string): LatencyMode | null {
  const word = new URLSearchParams(search).get("latency") ?? "";
  return Object.hasOwn(NAMES, word) ? (word as LatencyMode) : null;
}

/** What a viewer is told whose page asks for a mode that does not play. Null: nothing. */
export const fallBackText = (wanted: LatencyMode | null): string | null =>
  wanted === null || wanted === PLAYED ? null : `${NAMES[wanted]} is not available here. Playing ${NAMES[PLAYED]}.`;
