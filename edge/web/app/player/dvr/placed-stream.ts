// The stream controller of hls.js that begins where a playlist says a moment is, instead of at a position that is known before.

import type { HlsConfig, LevelDetails } from "hls.js";

type StreamControllerClass = HlsConfig["streamController"];

/** `secondsIn`: where to begin in this playlist. It is asked once for each player, at the first playlist. */
export function placedStream(
  Base: StreamControllerClass,
  secondsIn: (details: LevelDetails) => number,
): StreamControllerClass {
  return class extends Base {
    protected override setStartPosition(details: LevelDetails, slidingSeconds: number) {
      this.startPosition = secondsIn(details);
      super.setStartPosition(details, slidingSeconds);
    }
  };
}
