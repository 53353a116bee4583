// A broadcast as it was, in place of its live edge.

import type { HlsConfig } from "hls.js";

/** Another way to the broadcast than its live edge. Only hls.js plays it. */
export interface Replay {
  /** Of its multivariant playlist, from that of the live one, whose right to watch it has. */
  urlOf(liveUrl: string): string;
  /** Begins with it; null: with any. */
  rendition: string | null;
  /** In place of those of hls-config.ts. `Base`: the stream controller that is used otherwise. */
  config(Base: HlsConfig["streamController"]): Partial<HlsConfig>;
}
