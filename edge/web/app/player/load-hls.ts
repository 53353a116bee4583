// hls.js, in a file of its own.

/** Call it as early as it is known that something will be played. */
export const loadHls = () => import("hls.js/light");
