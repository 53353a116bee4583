// Loads the code of the player that a page about a live channel will need, before it is needed.

import { latencyChoiceHere } from "./latency-choice.ts";
import type { LatencyMode } from "./latency-mode.ts";
import { loadHls } from "./load-hls.ts";
import { loadLow } from "./load-low.ts";
import { loadRealtime } from "./load-realtime.ts";

/** `asked`: the latency that the page's address asks for. Without the code the engine asks again, and reports it. */
export function preloadPlayer(asked: LatencyMode | null) {
  const choice = latencyChoiceHere(asked);
  if (choice.mode() === "realtime") loadRealtime().catch(() => {});
  (choice.bridge() === "low" ? loadLow() : loadHls()).catch(() => {});
}
