// The stream controller of hls.js 1.7.4 without one fault that stops pictures for two segments.
//
// hls.js removes old media from the buffer once per segment, and forgets what was evicted when that is done. It also forgets the newest
// segment, if one of its parts is loaded but not appended yet. The parts before it then count as not loaded, and hls.js asks for nothing
// until they have left the list of parts. Measured: 4 such stalls of 3 s in 160 s on a busy machine.

import type { HlsConfig } from "hls.js";

type StreamControllerClass = HlsConfig["streamController"];

/** While hls.js is in one of these, a part may be loaded and not appended. */
const PART_IN_FLIGHT: readonly string[] = ["FRAG_LOADING", "PARSING", "PARSED"];

/** The same class, which forgets evicted media only between parts: the next removal makes up for it. */
export function streamControllerClass(Base: StreamControllerClass): StreamControllerClass {
  return class extends Base {
    constructor(...[hls, tracker, keyLoader]: ConstructorParameters<StreamControllerClass>) {
      super(hls, tracker, keyLoader);
      const forget = tracker.detectEvictedFragments.bind(tracker);
      tracker.detectEvictedFragments = (type, ranges, playlistType, appendedFrag, appendedPart, removeAppending) => {
        if (!appendedPart && this.loadingParts && PART_IN_FLIGHT.includes(this.state)) return;
        forget(type, ranges, playlistType, appendedFrag, appendedPart, removeAppending);
      };
    }
  };
}
